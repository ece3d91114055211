module github.com/streamflow/pipe

go 1.26.0
