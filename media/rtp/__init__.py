"""RTP without a network library: packets, sequence numbers, repair, reassembly, clocks. Pure."""
