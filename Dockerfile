FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY scripts/setup.sh scripts/
COPY requirements.lock ./
RUN scripts/setup.sh run
COPY . .
RUN SECRET_KEY=build ALLOWED_HOSTS=build DATA_DIR=/tmp/build STATIC_ROOT=/app/staticfiles \
        .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && .venv/bin/python -m compileall -q actions cite_educative evaluation governance partners

FROM python:3.11-slim-bookworm
WORKDIR /app
COPY scripts/setup.sh scripts/
RUN scripts/setup.sh system \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home app \
    && install -d -o app -g app /data /data/beat
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001
EXPOSE 8000
CMD ["gunicorn", "cite_educative.wsgi"]
