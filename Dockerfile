# The server alone: slim, without root, without compilers. Browsers, Redis and the like are other containers' work.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv /opt/viva
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY client_web client_web
COPY media media
COPY realtime_scoring realtime_scoring
COPY server server
COPY simulation simulation
RUN /opt/viva/bin/pip install --quiet --constraint constraints.txt .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin viva \
    && mkdir -p /data/models && chown -R viva:viva /data
COPY --from=build /opt/viva /opt/viva
ENV PATH=/opt/viva/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HOME=/data/models \
    MPLCONFIGDIR=/tmp/matplotlib \
    VIVA_DATA_DIR=/data \
    VIVA_HTTP_HOST=0.0.0.0 \
    VIVA_LOG_FORMAT=json
USER viva
WORKDIR /data
VOLUME /data
EXPOSE 8400
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8400/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["viva", "serve"]
