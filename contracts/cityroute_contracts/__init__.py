"""The facts that every part of CityRoute shares, each written once; standard library only.

Feeds and tables (`feeds`, `tables`), the road (`corridor`), names (`names`), what pods read
(`settings`), identity of events (`ids`), simulated time (`clock`), the wire format (`codec`)
and the renderings of schemas for other systems (`render`).
"""
