"""MANIFEST -> CLUSTER: what a CityRoute asks for, the objects that make it true, and how it stands.

`model` reads a manifest, `plan` turns a route and a site into Kubernetes objects, `status` turns what
is observed into conditions. All three are pure: no clock, no network, no environment.
"""
