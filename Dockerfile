# asprofile in a container: not as root, on a file system that may be read-only.
#   docker build -t asprofile .
#   docker run --rm --read-only --network none -v "$PWD:/data:ro" asprofile lint my.cfg
#   docker run --rm --read-only --tmpfs /tmp -v "$PWD/incoming:/data" -p 11112:11112 asprofile receive 0.0.0.0:11112 --into /data
FROM python:3.13-slim-trixie AS build
WORKDIR /src
COPY requirements-run.lock requirements-build.lock ./
RUN python -m venv /opt/asprofile && /opt/asprofile/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-run.lock \
    && python -m venv /opt/build && /opt/build/bin/python -m pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY asprofile asprofile
COPY grammars grammars
COPY sample_profiles sample_profiles
COPY man man
RUN /opt/build/bin/python -m pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/asprofile/bin/python -m pip install --no-cache-dir --no-deps --no-index /wheels/*.whl \
    && /opt/asprofile/bin/python -m pip uninstall --yes pip

FROM python:3.13-slim-trixie
COPY --from=build /opt/asprofile /opt/asprofile
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin asprofile \
    && install --directory --owner=asprofile --group=asprofile /data
ENV PATH=/opt/asprofile/bin:$PATH PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["asprofile"]
CMD ["--help"]
