-- Asks for compressed content.
wrk.headers["Accept-Encoding"] = "gzip"
