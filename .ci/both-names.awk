# Writes each requirement that has extras twice, as name[extra]==1.0 and as name==1.0, with the same hashes.
# In hash-checking mode pip up to 25 takes `celery[redis]` and `celery` for two projects and wants both pinned.

# What holds for every environment that the lock is made for is not said of each line.
{ sub(/ ; python_full_version < '3\.14' and sys_platform != 'emscripten'/, "") }

function flush() { if (plain != "") printf "%s", plain; printf "%s", block; plain = ""; block = "" }

/^[A-Za-z0-9]/ { flush(); extras = ($0 ~ /^[A-Za-z0-9._-]+\[/) }
{ block = block $0 "\n" }
extras && !/^ *#/ { bare = $0; sub(/\[[^]]*\]/, "", bare); plain = plain bare "\n" }
END { flush() }
