"""The media plane: WebRTC, audio, recognition, recording. It knows nothing of interviews."""
