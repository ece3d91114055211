# The image holds one static program and nothing else. Specs, data and reports
# are mounted into /work.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY main.go ./
COPY engine ./engine
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/pipe . \
    && mkdir -p /out/work/.pipe /out/work/reports /out/tmp

FROM scratch
# For connections to PostgreSQL that verify its certificate.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
# Writable for whichever user it is run as.
COPY --from=build --chmod=0777 /out/tmp /tmp
COPY --from=build --chmod=0777 /out/work /work
COPY --from=build /out/pipe /usr/local/bin/pipe
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/pipe"]
CMD ["--help"]
