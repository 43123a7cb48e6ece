#!/bin/sh
:; # One file for two shells: cmd takes a line that begins with a colon for a label (and complains of the first one,
:; # which nobody sees). What there is to do is in protoc.rs, the same on every system; cargo tells build scripts the
:; # compiler and a folder.
:; "$RUSTC" --edition 2024 -o "$OUT_DIR/protoc" "${0%.cmd}.rs" && exec "$OUT_DIR/protoc" "$@"; exit 1
@"%RUSTC%" --edition 2024 -o "%OUT_DIR%\protoc.exe" "%~dpn0.rs"
@if errorlevel 1 exit /b 1
@"%OUT_DIR%\protoc.exe" %*
