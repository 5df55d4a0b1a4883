"""The local host: runs the objects of a plan on this machine, as Kubernetes would in a cluster.

`translate` says purely what each object becomes; `supervisor` keeps the processes; `kafka` and
`postgres` are the two servers a cluster would offer; `run` puts them in order; `board` and
`account` tell how it goes and how it went.
"""
