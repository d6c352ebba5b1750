"""One stream of the candidate on its way in: from RTP packets to encoded frames, and to whoever is forwarded to.

Whatever carries the packets (SRTP, a websocket), this is where the paths become one.
"""
