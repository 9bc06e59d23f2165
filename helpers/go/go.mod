module gwtape.dev/gwtape

go 1.19
