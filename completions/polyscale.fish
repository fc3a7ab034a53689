# fish completion for polyscale, made from its command tree by `make completions`: change the tree, not this file.
# It starts no program: what it offers stands here, and the names of caches in a small file that polyscale keeps.

function __polyscale_caches
    set -l base $HOME/.cache
    test -d $HOME/Library/Caches/polyscale; and set base $HOME/Library/Caches
    string match -q '/*' -- "$XDG_CACHE_HOME"; and set base $XDG_CACHE_HOME
    set -l file $base/polyscale/cache-names
    set -q POLYSCALE_PROFILE[1]; and test -n "$POLYSCALE_PROFILE"; and set file $file-$POLYSCALE_PROFILE
    test -r $file; and string match -r '^[A-Za-z0-9._-]+$' <$file
end

# Whether the words typed so far are this path, and the next one is its argument of this number (or any, without one).
function __polyscale_at
    set -l path ''
    set -l position 0
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- "$path $word" $__polyscale_valued; and set skip 1
        else if contains -- "$path $word" $__polyscale_paths
            set path "$path $word"
        else
            set position (math $position + 1)
        end
    end
    test "$path" = "$argv[1]"; or return 1
    switch "$argv[2]"
        case ''
            return 0
        case '*+'
            test $position -ge (string trim -c + -- $argv[2])
        case '*'
            test $position = $argv[2]
    end
end

complete -c polyscale -f

set -g __polyscale_paths \
    ' cache' \
    ' rules' \
    ' env' \
    ' edge' \
    ' auth' \
    ' auth keys' \
    ' profile' \
    ' config' \
    ' connstr' \
    ' purge' \
    ' demo' \
    ' cache create' \
    ' cache list' \
    ' cache show' \
    ' cache test' \
    ' cache update' \
    ' cache queries' \
    ' cache why' \
    ' cache purge' \
    ' cache delete' \
    ' rules list' \
    ' rules set' \
    ' rules reset' \
    ' rules explain' \
    ' doctor' \
    ' stats' \
    ' top' \
    ' ips' \
    ' console' \
    ' query' \
    ' run' \
    ' env write' \
    ' env print' \
    ' env check' \
    ' edge run' \
    ' edge start' \
    ' edge stop' \
    ' edge status' \
    ' edge logs' \
    ' edge token' \
    ' completion' \
    ' help' \
    ' version' \
    ' auth login' \
    ' auth status' \
    ' auth token' \
    ' auth logout' \
    ' auth keys create' \
    ' auth keys list' \
    ' auth keys revoke' \
    ' profile list' \
    ' profile use' \
    ' profile add' \
    ' profile remove' \
    ' config list' \
    ' config get' \
    ' config set' \
    ' config unset' \
    ' config path' \
    ' link' \
    ' unlink' \
    ' api' \
    ' create' \
    ' list' \
    ' test' \
    ' delete' \
    ' cache ls' \
    ' cache rm'
set -g __polyscale_valued \
    ' connstr --from-url' \
    ' connstr --variable' \
    ' connstr --user' \
    ' connstr --database' \
    ' connstr --driver' \
    ' connstr -o' \
    ' connstr --output' \
    ' connstr --profile' \
    ' connstr --timeout' \
    ' connstr --cache' \
    ' purge --table' \
    ' purge --template' \
    ' purge --query' \
    ' purge --tag' \
    ' purge -o' \
    ' purge --output' \
    ' purge --profile' \
    ' purge --timeout' \
    ' purge --cache' \
    ' demo --db' \
    ' demo --rows' \
    ' demo -o' \
    ' demo --output' \
    ' demo --profile' \
    ' demo --timeout' \
    ' cache create --from-url' \
    ' cache create --variable' \
    ' cache create --type' \
    ' cache create --host' \
    ' cache create --port' \
    ' cache create --description' \
    ' cache create --ttl' \
    ' cache create --origin-tls' \
    ' cache create --listen-port' \
    ' cache create --default' \
    ' cache create --mode' \
    ' cache create -o' \
    ' cache create --output' \
    ' cache create --profile' \
    ' cache create --timeout' \
    ' cache list -o' \
    ' cache list --output' \
    ' cache list --profile' \
    ' cache list --timeout' \
    ' cache list --fields' \
    ' cache show -o' \
    ' cache show --output' \
    ' cache show --profile' \
    ' cache show --timeout' \
    ' cache show --cache' \
    ' cache show --field' \
    ' cache test --query' \
    ' cache test --runs' \
    ' cache test --plot' \
    ' cache test --from-url' \
    ' cache test --variable' \
    ' cache test -o' \
    ' cache test --output' \
    ' cache test --profile' \
    ' cache test --timeout' \
    ' cache test --cache' \
    ' cache update --name' \
    ' cache update --host' \
    ' cache update --port' \
    ' cache update --description' \
    ' cache update --ttl' \
    ' cache update --origin-tls' \
    ' cache update --listen-port' \
    ' cache update --default' \
    ' cache update --mode' \
    ' cache update -o' \
    ' cache update --output' \
    ' cache update --profile' \
    ' cache update --timeout' \
    ' cache update --cache' \
    ' cache queries --sort' \
    ' cache queries --since' \
    ' cache queries --limit' \
    ' cache queries -o' \
    ' cache queries --output' \
    ' cache queries --profile' \
    ' cache queries --timeout' \
    ' cache queries --cache' \
    ' cache queries --fields' \
    ' cache why -o' \
    ' cache why --output' \
    ' cache why --profile' \
    ' cache why --timeout' \
    ' cache why --cache' \
    ' cache purge --table' \
    ' cache purge --template' \
    ' cache purge --query' \
    ' cache purge --tag' \
    ' cache purge -o' \
    ' cache purge --output' \
    ' cache purge --profile' \
    ' cache purge --timeout' \
    ' cache purge --cache' \
    ' cache delete -o' \
    ' cache delete --output' \
    ' cache delete --profile' \
    ' cache delete --timeout' \
    ' rules list -o' \
    ' rules list --output' \
    ' rules list --profile' \
    ' rules list --timeout' \
    ' rules list --cache' \
    ' rules list --fields' \
    ' rules set --ttl' \
    ' rules set --name' \
    ' rules set --table' \
    ' rules set --template' \
    ' rules set --query' \
    ' rules set --auto' \
    ' rules set --manual' \
    ' rules set -o' \
    ' rules set --output' \
    ' rules set --profile' \
    ' rules set --timeout' \
    ' rules set --cache' \
    ' rules reset --table' \
    ' rules reset --template' \
    ' rules reset --query' \
    ' rules reset --auto' \
    ' rules reset --manual' \
    ' rules reset -o' \
    ' rules reset --output' \
    ' rules reset --profile' \
    ' rules reset --timeout' \
    ' rules reset --cache' \
    ' rules explain -o' \
    ' rules explain --output' \
    ' rules explain --profile' \
    ' rules explain --timeout' \
    ' rules explain --cache' \
    ' rules explain --field' \
    ' doctor -o' \
    ' doctor --output' \
    ' doctor --profile' \
    ' doctor --timeout' \
    ' doctor --fields' \
    ' stats --since' \
    ' stats --interval' \
    ' stats --count' \
    ' stats -o' \
    ' stats --output' \
    ' stats --profile' \
    ' stats --timeout' \
    ' stats --cache' \
    ' top --interval' \
    ' top --count' \
    ' top -o' \
    ' top --output' \
    ' top --profile' \
    ' top --timeout' \
    ' top --cache' \
    ' ips -o' \
    ' ips --output' \
    ' ips --profile' \
    ' ips --timeout' \
    ' ips --cache' \
    ' ips --fields' \
    ' console -o' \
    ' console --output' \
    ' console --profile' \
    ' console --timeout' \
    ' query --bind' \
    ' query --from-url' \
    ' query --variable' \
    ' query -o' \
    ' query --output' \
    ' query --profile' \
    ' query --timeout' \
    ' query --cache' \
    ' run --cache' \
    ' run --name' \
    ' run --driver' \
    ' run --hyperdrive' \
    ' run -o' \
    ' run --output' \
    ' run --profile' \
    ' run --timeout' \
    ' env write --cache' \
    ' env write --format' \
    ' env write --file' \
    ' env write --name' \
    ' env write --from-url' \
    ' env write --driver' \
    ' env write --hyperdrive' \
    ' env write --prefix' \
    ' env write -o' \
    ' env write --output' \
    ' env write --profile' \
    ' env write --timeout' \
    ' env print --cache' \
    ' env print --format' \
    ' env print --name' \
    ' env print --from-url' \
    ' env print --driver' \
    ' env print --hyperdrive' \
    ' env print --prefix' \
    ' env print -o' \
    ' env print --output' \
    ' env print --profile' \
    ' env print --timeout' \
    ' env check --cache' \
    ' env check --format' \
    ' env check --file' \
    ' env check --name' \
    ' env check --from-url' \
    ' env check --driver' \
    ' env check --hyperdrive' \
    ' env check --prefix' \
    ' env check -o' \
    ' env check --output' \
    ' env check --profile' \
    ' env check --timeout' \
    ' edge run --state-dir' \
    ' edge run --host' \
    ' edge run --http-port' \
    ' edge run --postgres-port' \
    ' edge run --mysql-port' \
    ' edge run --mariadb-port' \
    ' edge run --memory' \
    ' edge run --entry-limit' \
    ' edge run --drain-seconds' \
    ' edge run --tls-cert' \
    ' edge run --tls-key' \
    ' edge run --ready-file' \
    ' edge run --log-level' \
    ' edge run --sql-connections' \
    ' edge run --sql-idle-seconds' \
    ' edge run --sql-queue' \
    ' edge run --sql-queue-seconds' \
    ' edge run --sql-timeout' \
    ' edge run --sql-requests-per-minute' \
    ' edge run --sql-origins' \
    ' edge run -o' \
    ' edge run --output' \
    ' edge run --profile' \
    ' edge run --timeout' \
    ' edge start --state-dir' \
    ' edge start --host' \
    ' edge start --http-port' \
    ' edge start --postgres-port' \
    ' edge start --mysql-port' \
    ' edge start --mariadb-port' \
    ' edge start --memory' \
    ' edge start --entry-limit' \
    ' edge start --drain-seconds' \
    ' edge start --tls-cert' \
    ' edge start --tls-key' \
    ' edge start --ready-file' \
    ' edge start --log-level' \
    ' edge start --sql-connections' \
    ' edge start --sql-idle-seconds' \
    ' edge start --sql-queue' \
    ' edge start --sql-queue-seconds' \
    ' edge start --sql-timeout' \
    ' edge start --sql-requests-per-minute' \
    ' edge start --sql-origins' \
    ' edge start -o' \
    ' edge start --output' \
    ' edge start --profile' \
    ' edge start --timeout' \
    ' edge stop --state-dir' \
    ' edge stop -o' \
    ' edge stop --output' \
    ' edge stop --profile' \
    ' edge stop --timeout' \
    ' edge status --state-dir' \
    ' edge status -o' \
    ' edge status --output' \
    ' edge status --profile' \
    ' edge status --timeout' \
    ' edge logs --state-dir' \
    ' edge logs -n' \
    ' edge logs --lines' \
    ' edge logs -o' \
    ' edge logs --output' \
    ' edge logs --profile' \
    ' edge logs --timeout' \
    ' edge token --state-dir' \
    ' edge token -o' \
    ' edge token --output' \
    ' edge token --profile' \
    ' edge token --timeout' \
    ' completion -o' \
    ' completion --output' \
    ' completion --profile' \
    ' completion --timeout' \
    ' help -o' \
    ' help --output' \
    ' help --profile' \
    ' help --timeout' \
    ' version -o' \
    ' version --output' \
    ' version --profile' \
    ' version --timeout' \
    ' version --field' \
    ' auth login --token-file' \
    ' auth login -o' \
    ' auth login --output' \
    ' auth login --profile' \
    ' auth login --timeout' \
    ' auth status -o' \
    ' auth status --output' \
    ' auth status --profile' \
    ' auth status --timeout' \
    ' auth status --field' \
    ' auth token -o' \
    ' auth token --output' \
    ' auth token --profile' \
    ' auth token --timeout' \
    ' auth logout -o' \
    ' auth logout --output' \
    ' auth logout --profile' \
    ' auth logout --timeout' \
    ' auth keys create --scope' \
    ' auth keys create -o' \
    ' auth keys create --output' \
    ' auth keys create --profile' \
    ' auth keys create --timeout' \
    ' auth keys list -o' \
    ' auth keys list --output' \
    ' auth keys list --profile' \
    ' auth keys list --timeout' \
    ' auth keys list --fields' \
    ' auth keys revoke -o' \
    ' auth keys revoke --output' \
    ' auth keys revoke --profile' \
    ' auth keys revoke --timeout' \
    ' profile list -o' \
    ' profile list --output' \
    ' profile list --profile' \
    ' profile list --timeout' \
    ' profile list --fields' \
    ' profile use -o' \
    ' profile use --output' \
    ' profile use --profile' \
    ' profile use --timeout' \
    ' profile add --api-url' \
    ' profile add --cache' \
    ' profile add -o' \
    ' profile add --output' \
    ' profile add --profile' \
    ' profile add --timeout' \
    ' profile remove -o' \
    ' profile remove --output' \
    ' profile remove --profile' \
    ' profile remove --timeout' \
    ' config list -o' \
    ' config list --output' \
    ' config list --profile' \
    ' config list --timeout' \
    ' config list --fields' \
    ' config get -o' \
    ' config get --output' \
    ' config get --profile' \
    ' config get --timeout' \
    ' config set -o' \
    ' config set --output' \
    ' config set --profile' \
    ' config set --timeout' \
    ' config unset -o' \
    ' config unset --output' \
    ' config unset --profile' \
    ' config unset --timeout' \
    ' config path -o' \
    ' config path --output' \
    ' config path --profile' \
    ' config path --timeout' \
    ' link -o' \
    ' link --output' \
    ' link --profile' \
    ' link --timeout' \
    ' link --cache' \
    ' unlink -o' \
    ' unlink --output' \
    ' unlink --profile' \
    ' unlink --timeout' \
    ' api -f' \
    ' api --field' \
    ' api --input' \
    ' api -o' \
    ' api --output' \
    ' api --profile' \
    ' api --timeout' \
    ' create --from-url' \
    ' create --variable' \
    ' create --type' \
    ' create --host' \
    ' create --port' \
    ' create --description' \
    ' create --ttl' \
    ' create --origin-tls' \
    ' create --listen-port' \
    ' create --default' \
    ' create --mode' \
    ' create -o' \
    ' create --output' \
    ' create --profile' \
    ' create --timeout' \
    ' list -o' \
    ' list --output' \
    ' list --profile' \
    ' list --timeout' \
    ' list --fields' \
    ' test --query' \
    ' test --runs' \
    ' test --plot' \
    ' test --from-url' \
    ' test --variable' \
    ' test -o' \
    ' test --output' \
    ' test --profile' \
    ' test --timeout' \
    ' test --cache' \
    ' delete -o' \
    ' delete --output' \
    ' delete --profile' \
    ' delete --timeout' \
    ' cache ls -o' \
    ' cache ls --output' \
    ' cache ls --profile' \
    ' cache ls --timeout' \
    ' cache ls --fields' \
    ' cache rm -o' \
    ' cache rm --output' \
    ' cache rm --profile' \
    ' cache rm --timeout'

complete -c polyscale -n '__polyscale_at "" 0' -a connstr -d 'Print your connection string, through the cache.'
complete -c polyscale -n '__polyscale_at "" 0' -a purge -d 'Drop what caches hold: everything, or what is named.'
complete -c polyscale -n '__polyscale_at "" 0' -a demo -d 'Show the cache at work on a throw-away database.'
complete -c polyscale -n '__polyscale_at "" 0' -a doctor -d 'Look for what goes wrong in practice, and say how to mend it.'
complete -c polyscale -n '__polyscale_at "" 0' -a stats -d 'Show what caches have answered, and how much of it from memory.'
complete -c polyscale -n '__polyscale_at "" 0' -a top -d 'Show what caches do at this moment, over the whole screen.'
complete -c polyscale -n '__polyscale_at "" 0' -a ips -d 'Show the addresses from which the edge connects to databases.'
complete -c polyscale -n '__polyscale_at "" 0' -a console -d 'Show the address of the web console, or open it.'
complete -c polyscale -n '__polyscale_at "" 0' -a query -d 'Run one SQL statement through a cache and show its rows.'
complete -c polyscale -n '__polyscale_at "" 0' -a run -d 'Run a program with DATABASE_URL through the cache.'
complete -c polyscale -n '__polyscale_at "" 0' -a completion -d 'Print the script that makes a shell complete polyscale.'
complete -c polyscale -n '__polyscale_at "" 0' -a help -d 'Explain a topic: environment, exit-codes, formatting or ci.'
complete -c polyscale -n '__polyscale_at "" 0' -a version -d 'Show the version of this command, of Python, and where both are.'
complete -c polyscale -n '__polyscale_at "" 0' -a link -d 'Bind this directory to a cache, so that commands here need not name it.'
complete -c polyscale -n '__polyscale_at "" 0' -a unlink -d 'Remove the .polyscale.toml that holds here.'
complete -c polyscale -n '__polyscale_at "" 0' -a api -d 'Send any request to the management API, and print the answer.'
complete -c polyscale -n '__polyscale_at "" 0' -a cache -d 'Create, list, show, test, change, purge and delete caches, and ask why.'
complete -c polyscale -n '__polyscale_at "" 0' -a rules -d 'Say for how long answers are kept, and ask what holds for a statement.'
complete -c polyscale -n '__polyscale_at "" 0' -a env -d 'Write, print and check the variables that programs connect with.'
complete -c polyscale -n '__polyscale_at "" 0' -a edge -d 'Run the edge: the process that listens, caches and serves the API.'
complete -c polyscale -n '__polyscale_at "" 0' -a auth -d 'Log in to an API, show and forget its token, and manage API keys.'
complete -c polyscale -n '__polyscale_at "" 0' -a profile -d 'Add, choose, list and remove profiles: one for each API.'
complete -c polyscale -n '__polyscale_at "" 0' -a config -d 'Show and change settings, and see where each comes from.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a create -d 'Create a cache in front of a database and test the way to it.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a list -d 'List the caches.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a show -d 'Show one cache, its address and its counters.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a test -d 'Test the way from the edge to the database, or measure a query.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a update -d 'Change a cache.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a queries -d 'Show what a cache is asked, and why some of it is not kept.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a why -d 'Tell what became of the answers to a query, and why it is served or not.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a purge -d 'Drop what caches hold: everything, or what is named.'
complete -c polyscale -n '__polyscale_at " cache" 0' -a delete -d 'Delete a cache and end its connections.'
complete -c polyscale -n '__polyscale_at " rules" 0' -a list -d 'List a cache\'s rules, the oldest first.'
complete -c polyscale -n '__polyscale_at " rules" 0' -a set -d 'Set rules, in place of those about the same tables, templates or queries.'
complete -c polyscale -n '__polyscale_at " rules" 0' -a reset -d 'Remove rules: automation decides again, or the rules that remain.'
complete -c polyscale -n '__polyscale_at " rules" 0' -a explain -d 'Say whether a statement is cached, which rule decides for how long, and why.'
complete -c polyscale -n '__polyscale_at " env" 0' -a write -d 'Write connection variables to a file, through the cache.'
complete -c polyscale -n '__polyscale_at " env" 0' -a print -d 'Print connection variables, through the cache, values included.'
complete -c polyscale -n '__polyscale_at " env" 0' -a check -d 'Check that a file\'s connection variables lead through the cache.'
complete -c polyscale -n '__polyscale_at " edge" 0' -a run -d 'Run the edge in the foreground, until it is told to stop.'
complete -c polyscale -n '__polyscale_at " edge" 0' -a start -d 'Start the edge in the background.'
complete -c polyscale -n '__polyscale_at " edge" 0' -a stop -d 'Stop the edge, letting statements in flight finish.'
complete -c polyscale -n '__polyscale_at " edge" 0' -a status -d 'Show whether the edge runs and answers, and where it listens.'
complete -c polyscale -n '__polyscale_at " edge" 0' -a logs -d 'Show the last lines of the edge\'s log.'
complete -c polyscale -n '__polyscale_at " edge" 0' -a token -d 'Print the token of the local edge\'s API.'
complete -c polyscale -n '__polyscale_at " auth" 0' -a login -d 'Store a token for the API of the profile in use.'
complete -c polyscale -n '__polyscale_at " auth" 0' -a status -d 'Show which token is used, where it comes from, and whether it is valid.'
complete -c polyscale -n '__polyscale_at " auth" 0' -a token -d 'Print the token that commands use.'
complete -c polyscale -n '__polyscale_at " auth" 0' -a logout -d 'Forget the stored token of the profile in use.'
complete -c polyscale -n '__polyscale_at " auth" 0' -a keys -d 'Make, list and revoke API keys, such as one for CI that may only purge.'
complete -c polyscale -n '__polyscale_at " auth keys" 0' -a create -d 'Make an API key and print it.'
complete -c polyscale -n '__polyscale_at " auth keys" 0' -a list -d 'List the API keys, without their secrets.'
complete -c polyscale -n '__polyscale_at " auth keys" 0' -a revoke -d 'Revoke an API key, at once.'
complete -c polyscale -n '__polyscale_at " profile" 0' -a list -d 'List the profiles.'
complete -c polyscale -n '__polyscale_at " profile" 0' -a use -d 'Use a profile from now on.'
complete -c polyscale -n '__polyscale_at " profile" 0' -a add -d 'Add a profile: an API, and how to use it.'
complete -c polyscale -n '__polyscale_at " profile" 0' -a remove -d 'Remove a profile, and forget its token.'
complete -c polyscale -n '__polyscale_at " config" 0' -a list -d 'List the settings that hold here.'
complete -c polyscale -n '__polyscale_at " config" 0' -a get -d 'Print the value of one setting.'
complete -c polyscale -n '__polyscale_at " config" 0' -a set -d 'Set a value in the profile in use.'
complete -c polyscale -n '__polyscale_at " config" 0' -a unset -d 'Take a value out of the profile in use.'
complete -c polyscale -n '__polyscale_at " config" 0' -a path -d 'Print where your own file of settings is, whether or not it exists yet.'
complete -c polyscale -n '__polyscale_at ""' -l version -d 'Print the version.'
complete -c polyscale -n '__polyscale_at ""' -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " connstr"' -l from-env -d 'Take the connection string from the environment, else from .env here.'
complete -c polyscale -n '__polyscale_at " connstr"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " connstr"' -l variable -r -f -d 'The variable that --from-env reads.'
complete -c polyscale -n '__polyscale_at " connstr"' -l user -r -f -d 'The database user.'
complete -c polyscale -n '__polyscale_at " connstr"' -l database -r -f -d 'The database\'s name.'
complete -c polyscale -n '__polyscale_at " connstr"' -l password-stdin -d 'Read the password from stdin, not from POLYSCALE_DB_PASSWORD.'
complete -c polyscale -n '__polyscale_at " connstr"' -l no-password -d 'Leave the password out.'
complete -c polyscale -n '__polyscale_at " connstr"' -l prisma -d 'Write it for Prisma.'
complete -c polyscale -n '__polyscale_at " connstr"' -l serverless -d 'Write it for @polyscale/serverless-js, which sends SQL over HTTP.'
complete -c polyscale -n '__polyscale_at " connstr"' -l driver -r -f -a 'any libpq libpq-keywords psql mysql prisma node-postgres postgres.js mysql2 mariadb mssql drizzle knex hyperdrive serverless psycopg asyncpg sqlalchemy sqlalchemy-psycopg2 sqlalchemy-asyncpg sqlalchemy-pg8000 sqlalchemy-pymysql sqlalchemy-mysqldb sqlalchemy-aiomysql sqlalchemy-asyncmy sqlalchemy-mariadbconnector sqlalchemy-pyodbc sqlalchemy-pymssql django rails jdbc ado.net go php-pdo odbc' -d 'Write it for one driver; see --list-drivers.'
complete -c polyscale -n '__polyscale_at " connstr"' -l list-drivers -d 'List what it can be written for.'
complete -c polyscale -n '__polyscale_at " connstr"' -l direct -d 'The way around: to the database itself.'
complete -c polyscale -n '__polyscale_at " connstr"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " connstr"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " connstr"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " connstr"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " connstr"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " connstr"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " connstr"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " connstr"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " connstr"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " connstr"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " connstr" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " purge"' -l all -d 'All caches.'
complete -c polyscale -n '__polyscale_at " purge"' -l table -r -f -d 'Only what depends on this table; may be repeated.'
complete -c polyscale -n '__polyscale_at " purge"' -l template -r -f -d 'Only answers of this template: its id, or any of its statements.'
complete -c polyscale -n '__polyscale_at " purge"' -l query -r -f -d 'Only answers to exactly this query; may be repeated.'
complete -c polyscale -n '__polyscale_at " purge"' -l tag -r -f -d 'Only answers that their statements\' comments have tagged so.'
complete -c polyscale -n '__polyscale_at " purge"' -l wait -d 'Return when the edge has confirmed it.'
complete -c polyscale -n '__polyscale_at " purge"' -l dry-run -d 'Drop nothing; say what would go.'
complete -c polyscale -n '__polyscale_at " purge"' -s y -l yes -d 'Do not ask, even at a terminal.'
complete -c polyscale -n '__polyscale_at " purge"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " purge"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " purge"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " purge"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " purge"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " purge"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " purge"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " purge"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " purge"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " purge"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " purge" 0+' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " demo"' -l keep -d 'Leave the database and the edge up afterwards.'
complete -c polyscale -n '__polyscale_at " demo"' -l db -r -f -a 'postgres mariadb' -d 'postgres, or mariadb where it is installed.'
complete -c polyscale -n '__polyscale_at " demo"' -l rows -r -f -d 'Rows of the larger table.'
complete -c polyscale -n '__polyscale_at " demo"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " demo"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " demo"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " demo"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " demo"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " demo"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " demo"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " demo"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " demo"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache create"' -l from-env -d 'Take the connection string from the environment, else from .env here.'
complete -c polyscale -n '__polyscale_at " cache create"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " cache create"' -l variable -r -f -d 'The variable that --from-env reads.'
complete -c polyscale -n '__polyscale_at " cache create"' -l type -r -f -a 'postgres mysql mariadb mssql' -d 'postgres, mysql, mariadb or mssql.'
complete -c polyscale -n '__polyscale_at " cache create"' -l host -r -f -d 'The database\'s host.'
complete -c polyscale -n '__polyscale_at " cache create"' -l port -r -f -d 'The database\'s port.'
complete -c polyscale -n '__polyscale_at " cache create"' -l description -r -f -d 'Words for people.'
complete -c polyscale -n '__polyscale_at " cache create"' -l ttl -r -f -d 'The longest that automation keeps an answer; 0 keeps only what rules name.'
complete -c polyscale -n '__polyscale_at " cache create"' -l origin-tls -r -f -a 'disable prefer require verify-full' -d 'TLS from the edge to the database: disable, prefer, require or verify-full.'
complete -c polyscale -n '__polyscale_at " cache create"' -l listen-port -r -f -d 'A port of its own; 0 takes any.'
complete -c polyscale -n '__polyscale_at " cache create"' -l caching -l no-caching -d 'Cache answers, or only pass everything through.'
complete -c polyscale -n '__polyscale_at " cache create"' -l default -r -f -a 'autoCached uncached' -d 'autoCached, or uncached: keep only what rules name.'
complete -c polyscale -n '__polyscale_at " cache create"' -l mode -r -f -a 'cache observe' -d 'cache, or observe: serve nothing, and count what would have been served.'
complete -c polyscale -n '__polyscale_at " cache create"' -l if-not-exists -d 'Use the cache of that name if it has the same database.'
complete -c polyscale -n '__polyscale_at " cache create"' -l no-test -d 'Do not test the way to the database.'
complete -c polyscale -n '__polyscale_at " cache create"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache create"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache create"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache create"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache create"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache create"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache create"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache create"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache create"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache list"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache list"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache list"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache list"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache list"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache list"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache list"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache list"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache list"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " cache list"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache show"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache show"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache show"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache show"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache show"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache show"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache show"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache show"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache show"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " cache show"' -l field -r -f -d 'Only this field of the data, as a bare line.'
complete -c polyscale -n '__polyscale_at " cache show"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache show" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " cache test"' -l query -r -f -d 'Measure how much faster this read is through the cache.'
complete -c polyscale -n '__polyscale_at " cache test"' -l runs -r -f -d 'With --query: runs each way; by default 100, or what 60 s take.'
complete -c polyscale -n '__polyscale_at " cache test"' -l plot -r -F -d 'With --query: draw all times, as .png or .svg.'
complete -c polyscale -n '__polyscale_at " cache test"' -l from-env -d 'Take the connection string from the environment, else from .env here.'
complete -c polyscale -n '__polyscale_at " cache test"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " cache test"' -l variable -r -f -d 'The variable that --from-env reads.'
complete -c polyscale -n '__polyscale_at " cache test"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache test"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache test"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache test"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache test"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache test"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache test"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache test"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache test"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " cache test"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache test" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " cache update"' -l name -r -f -d 'Another name.'
complete -c polyscale -n '__polyscale_at " cache update"' -l host -r -f -d 'The database\'s host.'
complete -c polyscale -n '__polyscale_at " cache update"' -l port -r -f -d 'The database\'s port.'
complete -c polyscale -n '__polyscale_at " cache update"' -l description -r -f -d 'Words for people.'
complete -c polyscale -n '__polyscale_at " cache update"' -l ttl -r -f -d 'The longest that automation keeps an answer; 0 keeps only what rules name.'
complete -c polyscale -n '__polyscale_at " cache update"' -l origin-tls -r -f -a 'disable prefer require verify-full' -d 'TLS from the edge to the database: disable, prefer, require or verify-full.'
complete -c polyscale -n '__polyscale_at " cache update"' -l listen-port -r -f -d 'A port of its own; 0 takes any, none gives it up.'
complete -c polyscale -n '__polyscale_at " cache update"' -l caching -l no-caching -d 'Cache answers, or only pass everything through.'
complete -c polyscale -n '__polyscale_at " cache update"' -l default -r -f -a 'autoCached uncached' -d 'autoCached, or uncached: keep only what rules name.'
complete -c polyscale -n '__polyscale_at " cache update"' -l mode -r -f -a 'cache observe' -d 'cache, or observe: serve nothing, and count what would have been served.'
complete -c polyscale -n '__polyscale_at " cache update"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache update"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache update"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache update"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache update"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache update"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache update"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache update"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache update"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " cache update"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache update" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " cache queries"' -l sort -r -f -a 'runs hits misses passes hit-ratio origin-seconds time-saved invalidated' -d 'The most first: runs, hits, misses, passes, hit-ratio, origin-seconds, time-saved, invalidated.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l since -r -f -d '15m, 24h, 7d ago, or a moment in RFC 3339.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l limit -r -f -d 'How many.'
complete -c polyscale -n '__polyscale_at " cache queries"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache queries"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " cache queries"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " cache queries"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache queries" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " cache why"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache why"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache why"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache why"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache why"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache why"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache why"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache why"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache why"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " cache why"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache why" 0+' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " cache purge"' -l all -d 'All caches.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l table -r -f -d 'Only what depends on this table; may be repeated.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l template -r -f -d 'Only answers of this template: its id, or any of its statements.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l query -r -f -d 'Only answers to exactly this query; may be repeated.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l tag -r -f -d 'Only answers that their statements\' comments have tagged so.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l wait -d 'Return when the edge has confirmed it.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l dry-run -d 'Drop nothing; say what would go.'
complete -c polyscale -n '__polyscale_at " cache purge"' -s y -l yes -d 'Do not ask, even at a terminal.'
complete -c polyscale -n '__polyscale_at " cache purge"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache purge"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache purge"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " cache purge"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache purge" 0+' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " cache delete"' -s y -l yes -d 'Do not ask.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l if-exists -d 'It is no error when there is no such cache.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l dry-run -d 'Delete nothing; say what would go.'
complete -c polyscale -n '__polyscale_at " cache delete"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache delete"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache delete"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache delete"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache delete" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " rules list"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " rules list"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " rules list"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " rules list"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " rules list"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " rules list"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " rules list"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " rules list"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " rules list"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " rules list"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " rules list"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " rules list" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " rules set"' -l ttl -r -f -d 'How long an answer is kept; 0 keeps none.'
complete -c polyscale -n '__polyscale_at " rules set"' -l name -r -f -d 'Your own words for the rule.'
complete -c polyscale -n '__polyscale_at " rules set"' -l table -r -f -d 'All queries of a table, with or without its schema.'
complete -c polyscale -n '__polyscale_at " rules set"' -l template -r -f -d 'All queries alike but for their literals: one of them, or the id.'
complete -c polyscale -n '__polyscale_at " rules set"' -l query -r -f -d 'This very text.'
complete -c polyscale -n '__polyscale_at " rules set"' -l auto -r -f -d 'A template whose answers automation decides about.'
complete -c polyscale -n '__polyscale_at " rules set"' -l manual -r -f -d 'A template that automation must leave alone.'
complete -c polyscale -n '__polyscale_at " rules set"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " rules set"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " rules set"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " rules set"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " rules set"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " rules set"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " rules set"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " rules set"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " rules set"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " rules set"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " rules set" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " rules reset"' -l all -d 'All rules of the cache.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l table -r -f -d 'All queries of a table, with or without its schema.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l template -r -f -d 'All queries alike but for their literals: one of them, or the id.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l query -r -f -d 'This very text.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l auto -r -f -d 'A template whose answers automation decides about.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l manual -r -f -d 'A template that automation must leave alone.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l dry-run -d 'Remove nothing; say what would go.'
complete -c polyscale -n '__polyscale_at " rules reset"' -s y -l yes -d 'Do not ask.'
complete -c polyscale -n '__polyscale_at " rules reset"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " rules reset"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " rules reset"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " rules reset"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " rules reset" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " rules explain"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " rules explain"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " rules explain"' -l field -r -f -d 'Only this field of the data, as a bare line.'
complete -c polyscale -n '__polyscale_at " rules explain"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " rules explain" 0+' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " doctor"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " doctor"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " doctor"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " doctor"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " doctor"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " doctor"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " doctor"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " doctor"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " doctor"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " doctor"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " stats"' -l since -r -f -d 'Over time: 15m, 24h, 7d ago, or a moment in RFC 3339.'
complete -c polyscale -n '__polyscale_at " stats"' -s w -l watch -d 'Show what happens, a row at a time, until Ctrl-C.'
complete -c polyscale -n '__polyscale_at " stats"' -l interval -r -f -d 'Between two rows.'
complete -c polyscale -n '__polyscale_at " stats"' -l count -r -f -d 'End after so many rows.'
complete -c polyscale -n '__polyscale_at " stats"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " stats"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " stats"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " stats"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " stats"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " stats"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " stats"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " stats"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " stats"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " stats"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " stats" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " top"' -l interval -r -f -d 'Between two readings.'
complete -c polyscale -n '__polyscale_at " top"' -l count -r -f -d 'Not over the screen: print so many, by default 1.'
complete -c polyscale -n '__polyscale_at " top"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " top"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " top"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " top"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " top"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " top"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " top"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " top"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " top"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " top"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " top" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " ips"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " ips"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " ips"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " ips"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " ips"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " ips"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " ips"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " ips"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " ips"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " ips"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " ips"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " ips" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " console"' -l open -d 'Open it in the browser, logged in.'
complete -c polyscale -n '__polyscale_at " console"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " console"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " console"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " console"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " console"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " console"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " console"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " console"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " console"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " query"' -l bind -r -f -d 'A value for $1, or the first ?; repeat it for the next. Arrays as JSON.'
complete -c polyscale -n '__polyscale_at " query"' -l http -d 'Ask over HTTP, with ? or :name in the statement; a name\'s value is --bind :NAME=VALUE.'
complete -c polyscale -n '__polyscale_at " query"' -l from-env -d 'Take the connection string from the environment, else from .env here.'
complete -c polyscale -n '__polyscale_at " query"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " query"' -l variable -r -f -d 'The variable that --from-env reads.'
complete -c polyscale -n '__polyscale_at " query"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " query"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " query"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " query"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " query"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " query"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " query"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " query"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " query"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " query"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " query" 0+' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " run"' -l cache -r -f -a '(__polyscale_caches)' -d 'Name, id, or the beginning of an id.'
complete -c polyscale -n '__polyscale_at " run"' -l name -r -f -d 'The variable; DATABASE_URL if not given.'
complete -c polyscale -n '__polyscale_at " run"' -l prisma -d 'For Prisma: DATABASE_URL, and DIRECT_URL around it.'
complete -c polyscale -n '__polyscale_at " run"' -l driver -r -f -a 'any libpq libpq-keywords psql mysql prisma node-postgres postgres.js mysql2 mariadb mssql drizzle knex hyperdrive serverless psycopg asyncpg sqlalchemy sqlalchemy-psycopg2 sqlalchemy-asyncpg sqlalchemy-pg8000 sqlalchemy-pymysql sqlalchemy-mysqldb sqlalchemy-aiomysql sqlalchemy-asyncmy sqlalchemy-mariadbconnector sqlalchemy-pyodbc sqlalchemy-pymssql django rails jdbc ado.net go php-pdo odbc' -d 'Write it for one driver; see --list-drivers.'
complete -c polyscale -n '__polyscale_at " run"' -l hyperdrive -r -f -d 'The variable for this Hyperdrive binding under `wrangler dev`.'
complete -c polyscale -n '__polyscale_at " run"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " run"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " run"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " run"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " run"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " run"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " run"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " run"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " run"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " run" 0' -f -a '(__fish_complete_command)'
complete -c polyscale -n '__polyscale_at " run" 1+' -F
complete -c polyscale -n '__polyscale_at " env write"' -l cache -r -f -a '(__polyscale_caches)' -d 'Name, id, or the beginning of an id.'
complete -c polyscale -n '__polyscale_at " env write"' -l format -r -f -a 'dotenv export docker dev-vars wrangler json' -d 'Who reads it: dotenv, export, docker, dev-vars, wrangler, json. dotenv, unless a file\'s name says more.'
complete -c polyscale -n '__polyscale_at " env write"' -l file -r -F -d 'The file; by format .env, .env.docker, .dev.vars, secrets.json or env.json.'
complete -c polyscale -n '__polyscale_at " env write"' -l name -r -f -d 'The variable; DATABASE_URL if not given.'
complete -c polyscale -n '__polyscale_at " env write"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " env write"' -l prisma -d 'For Prisma: DATABASE_URL, and DIRECT_URL around it.'
complete -c polyscale -n '__polyscale_at " env write"' -l driver -r -f -a 'any libpq libpq-keywords psql mysql prisma node-postgres postgres.js mysql2 mariadb mssql drizzle knex hyperdrive serverless psycopg asyncpg sqlalchemy sqlalchemy-psycopg2 sqlalchemy-asyncpg sqlalchemy-pg8000 sqlalchemy-pymysql sqlalchemy-mysqldb sqlalchemy-aiomysql sqlalchemy-asyncmy sqlalchemy-mariadbconnector sqlalchemy-pyodbc sqlalchemy-pymssql django rails jdbc ado.net go php-pdo odbc' -d 'Write it for one driver; see --list-drivers.'
complete -c polyscale -n '__polyscale_at " env write"' -l hyperdrive -r -f -d 'The variable for this Hyperdrive binding under `wrangler dev`.'
complete -c polyscale -n '__polyscale_at " env write"' -l prefix -r -f -d 'Put before CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME.'
complete -c polyscale -n '__polyscale_at " env write"' -l direct -d 'The way back: make the variable lead to the database itself.'
complete -c polyscale -n '__polyscale_at " env write"' -l force -d 'Replace other values, and write even if git tracks the file.'
complete -c polyscale -n '__polyscale_at " env write"' -l gitignore -d 'Have git ignore the file: one line, once.'
complete -c polyscale -n '__polyscale_at " env write"' -l chmod -d 'Let only its owner read the file, if others may.'
complete -c polyscale -n '__polyscale_at " env write"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " env write"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " env write"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " env write"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " env write"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " env write"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " env write"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " env write"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " env write"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " env print"' -l cache -r -f -a '(__polyscale_caches)' -d 'Name, id, or the beginning of an id.'
complete -c polyscale -n '__polyscale_at " env print"' -l format -r -f -a 'dotenv export docker dev-vars wrangler json' -d 'Who reads it: dotenv, export, docker, dev-vars, wrangler, json. dotenv, unless a file\'s name says more.'
complete -c polyscale -n '__polyscale_at " env print"' -l name -r -f -d 'The variable; DATABASE_URL if not given.'
complete -c polyscale -n '__polyscale_at " env print"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " env print"' -l prisma -d 'For Prisma: DATABASE_URL, and DIRECT_URL around it.'
complete -c polyscale -n '__polyscale_at " env print"' -l driver -r -f -a 'any libpq libpq-keywords psql mysql prisma node-postgres postgres.js mysql2 mariadb mssql drizzle knex hyperdrive serverless psycopg asyncpg sqlalchemy sqlalchemy-psycopg2 sqlalchemy-asyncpg sqlalchemy-pg8000 sqlalchemy-pymysql sqlalchemy-mysqldb sqlalchemy-aiomysql sqlalchemy-asyncmy sqlalchemy-mariadbconnector sqlalchemy-pyodbc sqlalchemy-pymssql django rails jdbc ado.net go php-pdo odbc' -d 'Write it for one driver; see --list-drivers.'
complete -c polyscale -n '__polyscale_at " env print"' -l hyperdrive -r -f -d 'The variable for this Hyperdrive binding under `wrangler dev`.'
complete -c polyscale -n '__polyscale_at " env print"' -l prefix -r -f -d 'Put before CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME.'
complete -c polyscale -n '__polyscale_at " env print"' -l direct -d 'The way back: make the variable lead to the database itself.'
complete -c polyscale -n '__polyscale_at " env print"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " env print"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " env print"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " env print"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " env print"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " env print"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " env print"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " env print"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " env print"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " env check"' -l cache -r -f -a '(__polyscale_caches)' -d 'Name, id, or the beginning of an id.'
complete -c polyscale -n '__polyscale_at " env check"' -l format -r -f -a 'dotenv export docker dev-vars wrangler json' -d 'Who reads it: dotenv, export, docker, dev-vars, wrangler, json. dotenv, unless a file\'s name says more.'
complete -c polyscale -n '__polyscale_at " env check"' -l file -r -F -d 'The file; by format .env, .env.docker, .dev.vars, secrets.json or env.json.'
complete -c polyscale -n '__polyscale_at " env check"' -l name -r -f -d 'The variable; DATABASE_URL if not given.'
complete -c polyscale -n '__polyscale_at " env check"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " env check"' -l prisma -d 'For Prisma: DATABASE_URL, and DIRECT_URL around it.'
complete -c polyscale -n '__polyscale_at " env check"' -l driver -r -f -a 'any libpq libpq-keywords psql mysql prisma node-postgres postgres.js mysql2 mariadb mssql drizzle knex hyperdrive serverless psycopg asyncpg sqlalchemy sqlalchemy-psycopg2 sqlalchemy-asyncpg sqlalchemy-pg8000 sqlalchemy-pymysql sqlalchemy-mysqldb sqlalchemy-aiomysql sqlalchemy-asyncmy sqlalchemy-mariadbconnector sqlalchemy-pyodbc sqlalchemy-pymssql django rails jdbc ado.net go php-pdo odbc' -d 'Write it for one driver; see --list-drivers.'
complete -c polyscale -n '__polyscale_at " env check"' -l hyperdrive -r -f -d 'The variable for this Hyperdrive binding under `wrangler dev`.'
complete -c polyscale -n '__polyscale_at " env check"' -l prefix -r -f -d 'Put before CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME.'
complete -c polyscale -n '__polyscale_at " env check"' -l direct -d 'The way back: make the variable lead to the database itself.'
complete -c polyscale -n '__polyscale_at " env check"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " env check"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " env check"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " env check"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " env check"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " env check"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " env check"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " env check"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " env check"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " edge run"' -l state-dir -r -f -a '(__fish_complete_directories)' -d 'Where the edge keeps its state.'
complete -c polyscale -n '__polyscale_at " edge run"' -l host -r -f -d 'Address to listen on; else loopback.'
complete -c polyscale -n '__polyscale_at " edge run"' -l http-port -r -f -d 'Port of the management API; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge run"' -l postgres-port -r -f -d 'Port for Postgres; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge run"' -l mysql-port -r -f -d 'Port for MySQL; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge run"' -l mariadb-port -r -f -d 'Port for MariaDB; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge run"' -l memory -r -f -d 'Memory for cached answers, such as 256MiB.'
complete -c polyscale -n '__polyscale_at " edge run"' -l entry-limit -r -f -d 'The largest answer to keep, such as 1MiB.'
complete -c polyscale -n '__polyscale_at " edge run"' -l drain-seconds -r -f -d 'Time for statements in flight.'
complete -c polyscale -n '__polyscale_at " edge run"' -l tls-cert -r -F -d 'Certificate chain for clients (PEM).'
complete -c polyscale -n '__polyscale_at " edge run"' -l tls-key -r -F -d 'Private key of --tls-cert (PEM).'
complete -c polyscale -n '__polyscale_at " edge run"' -l ready-file -r -F -d 'Written when connections are accepted, removed at the end.'
complete -c polyscale -n '__polyscale_at " edge run"' -l log-level -r -f -a 'debug info warning error' -d 'debug, info, warning or error.'
complete -c polyscale -n '__polyscale_at " edge run"' -l sql-connections -r -f -d 'Connections for each cache, user and database.'
complete -c polyscale -n '__polyscale_at " edge run"' -l sql-idle-seconds -r -f -d 'When an unused connection is closed.'
complete -c polyscale -n '__polyscale_at " edge run"' -l sql-queue -r -f -d 'Requests that may wait for one.'
complete -c polyscale -n '__polyscale_at " edge run"' -l sql-queue-seconds -r -f -d 'How long they may wait.'
complete -c polyscale -n '__polyscale_at " edge run"' -l sql-timeout -r -f -d 'How long a statement may take.'
complete -c polyscale -n '__polyscale_at " edge run"' -l sql-requests-per-minute -r -f -d 'Requests of one cache; more get 429.'
complete -c polyscale -n '__polyscale_at " edge run"' -l sql-origins -r -f -d 'Web pages that may ask from a browser (CORS), separated by commas.'
complete -c polyscale -n '__polyscale_at " edge run"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " edge run"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " edge run"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " edge run"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " edge run"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " edge run"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " edge run"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " edge run"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " edge run"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " edge start"' -l state-dir -r -f -a '(__fish_complete_directories)' -d 'Where the edge keeps its state.'
complete -c polyscale -n '__polyscale_at " edge start"' -l host -r -f -d 'Address to listen on; else loopback.'
complete -c polyscale -n '__polyscale_at " edge start"' -l http-port -r -f -d 'Port of the management API; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge start"' -l postgres-port -r -f -d 'Port for Postgres; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge start"' -l mysql-port -r -f -d 'Port for MySQL; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge start"' -l mariadb-port -r -f -d 'Port for MariaDB; 0 takes any.'
complete -c polyscale -n '__polyscale_at " edge start"' -l memory -r -f -d 'Memory for cached answers, such as 256MiB.'
complete -c polyscale -n '__polyscale_at " edge start"' -l entry-limit -r -f -d 'The largest answer to keep, such as 1MiB.'
complete -c polyscale -n '__polyscale_at " edge start"' -l drain-seconds -r -f -d 'Time for statements in flight.'
complete -c polyscale -n '__polyscale_at " edge start"' -l tls-cert -r -F -d 'Certificate chain for clients (PEM).'
complete -c polyscale -n '__polyscale_at " edge start"' -l tls-key -r -F -d 'Private key of --tls-cert (PEM).'
complete -c polyscale -n '__polyscale_at " edge start"' -l ready-file -r -F -d 'Written when connections are accepted, removed at the end.'
complete -c polyscale -n '__polyscale_at " edge start"' -l log-level -r -f -a 'debug info warning error' -d 'debug, info, warning or error.'
complete -c polyscale -n '__polyscale_at " edge start"' -l sql-connections -r -f -d 'Connections for each cache, user and database.'
complete -c polyscale -n '__polyscale_at " edge start"' -l sql-idle-seconds -r -f -d 'When an unused connection is closed.'
complete -c polyscale -n '__polyscale_at " edge start"' -l sql-queue -r -f -d 'Requests that may wait for one.'
complete -c polyscale -n '__polyscale_at " edge start"' -l sql-queue-seconds -r -f -d 'How long they may wait.'
complete -c polyscale -n '__polyscale_at " edge start"' -l sql-timeout -r -f -d 'How long a statement may take.'
complete -c polyscale -n '__polyscale_at " edge start"' -l sql-requests-per-minute -r -f -d 'Requests of one cache; more get 429.'
complete -c polyscale -n '__polyscale_at " edge start"' -l sql-origins -r -f -d 'Web pages that may ask from a browser (CORS), separated by commas.'
complete -c polyscale -n '__polyscale_at " edge start"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " edge start"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " edge start"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " edge start"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " edge start"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " edge start"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " edge start"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " edge start"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " edge start"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " edge stop"' -l state-dir -r -f -a '(__fish_complete_directories)' -d 'Where the edge keeps its state.'
complete -c polyscale -n '__polyscale_at " edge stop"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " edge stop"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " edge stop"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " edge stop"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " edge stop"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " edge stop"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " edge stop"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " edge stop"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " edge stop"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " edge status"' -l state-dir -r -f -a '(__fish_complete_directories)' -d 'Where the edge keeps its state.'
complete -c polyscale -n '__polyscale_at " edge status"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " edge status"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " edge status"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " edge status"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " edge status"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " edge status"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " edge status"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " edge status"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " edge status"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " edge logs"' -l state-dir -r -f -a '(__fish_complete_directories)' -d 'Where the edge keeps its state.'
complete -c polyscale -n '__polyscale_at " edge logs"' -s n -l lines -r -f -d 'How many lines.'
complete -c polyscale -n '__polyscale_at " edge logs"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " edge logs"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " edge logs"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " edge logs"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " edge logs"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " edge logs"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " edge logs"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " edge logs"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " edge logs"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " edge token"' -l state-dir -r -f -a '(__fish_complete_directories)' -d 'Where the edge keeps its state.'
complete -c polyscale -n '__polyscale_at " edge token"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " edge token"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " edge token"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " edge token"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " edge token"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " edge token"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " edge token"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " edge token"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " edge token"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " completion"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " completion"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " completion"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " completion"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " completion"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " completion"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " completion"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " completion"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " completion"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " completion" 0' -f -a 'bash zsh fish powershell'
complete -c polyscale -n '__polyscale_at " help"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " help"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " help"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " help"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " help"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " help"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " help"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " help"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " help"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " help" 0+' -f -a 'environment exit-codes formatting ci'
complete -c polyscale -n '__polyscale_at " version"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " version"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " version"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " version"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " version"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " version"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " version"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " version"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " version"' -l field -r -f -d 'Only this field of the data, as a bare line.'
complete -c polyscale -n '__polyscale_at " version"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " auth login"' -l with-token -d 'Read the token from stdin.'
complete -c polyscale -n '__polyscale_at " auth login"' -l token-file -r -F -d 'Read the token from a file.'
complete -c polyscale -n '__polyscale_at " auth login"' -l insecure-storage -d 'Keep it in a file that you alone may read, unencrypted.'
complete -c polyscale -n '__polyscale_at " auth login"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " auth login"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " auth login"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " auth login"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " auth login"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " auth login"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " auth login"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " auth login"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " auth login"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " auth status"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " auth status"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " auth status"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " auth status"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " auth status"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " auth status"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " auth status"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " auth status"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " auth status"' -l field -r -f -d 'Only this field of the data, as a bare line.'
complete -c polyscale -n '__polyscale_at " auth status"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " auth token"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " auth token"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " auth token"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " auth token"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " auth token"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " auth token"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " auth token"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " auth token"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " auth token"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " auth logout"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " auth logout"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " auth logout"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " auth logout"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " auth logout"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " auth logout"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " auth logout"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " auth logout"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " auth logout"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -l scope -r -f -a 'caches:read caches:write cacheRules:read cacheRules:write caches:purge' -d 'What it may do; may be given again. caches:read, caches:write, cacheRules:read, cacheRules:write, caches:purge.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " auth keys create"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " auth keys list"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -s y -l yes -d 'Do not ask.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -l if-exists -d 'It is no error when there is no such key.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " auth keys revoke"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " profile list"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " profile list"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " profile list"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " profile list"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " profile list"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " profile list"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " profile list"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " profile list"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " profile list"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " profile list"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " profile use"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " profile use"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " profile use"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " profile use"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " profile use"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " profile use"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " profile use"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " profile use"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " profile use"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " profile add"' -l api-url -r -f -d 'Its management API, such as https://edge.example.com.'
complete -c polyscale -n '__polyscale_at " profile add"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache of commands that name none.'
complete -c polyscale -n '__polyscale_at " profile add"' -l use -d 'Use it from now on.'
complete -c polyscale -n '__polyscale_at " profile add"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " profile add"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " profile add"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " profile add"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " profile add"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " profile add"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " profile add"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " profile add"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " profile add"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " profile remove"' -s y -l yes -d 'Do not ask.'
complete -c polyscale -n '__polyscale_at " profile remove"' -l if-exists -d 'It is no error when there is none.'
complete -c polyscale -n '__polyscale_at " profile remove"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " profile remove"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " profile remove"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " profile remove"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " profile remove"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " profile remove"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " profile remove"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " profile remove"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " profile remove"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " config list"' -l show-origin -d 'Also say where each value comes from.'
complete -c polyscale -n '__polyscale_at " config list"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " config list"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " config list"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " config list"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " config list"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " config list"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " config list"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " config list"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " config list"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " config list"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " config get"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " config get"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " config get"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " config get"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " config get"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " config get"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " config get"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " config get"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " config get"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " config get" 0' -f -a 'profile api_url cache timeout ca_bundle keyring output no_input autostart config_dir state_dir'
complete -c polyscale -n '__polyscale_at " config set"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " config set"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " config set"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " config set"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " config set"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " config set"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " config set"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " config set"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " config set"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " config set" 0' -f -a 'profile api_url cache timeout ca_bundle keyring output no_input autostart config_dir state_dir'
complete -c polyscale -n '__polyscale_at " config unset"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " config unset"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " config unset"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " config unset"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " config unset"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " config unset"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " config unset"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " config unset"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " config unset"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " config unset" 0' -f -a 'profile api_url cache timeout ca_bundle keyring output no_input autostart config_dir state_dir'
complete -c polyscale -n '__polyscale_at " config path"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " config path"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " config path"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " config path"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " config path"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " config path"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " config path"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " config path"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " config path"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " link"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " link"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " link"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " link"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " link"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " link"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " link"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " link"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " link"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " link"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " link" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " unlink"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " unlink"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " unlink"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " unlink"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " unlink"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " unlink"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " unlink"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " unlink"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " unlink"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " api"' -s f -l field -r -f -d 'A field of the body, or of a GET\'s query; may be repeated.'
complete -c polyscale -n '__polyscale_at " api"' -l input -r -F -d 'The body, as JSON, out of a file; - is stdin.'
complete -c polyscale -n '__polyscale_at " api"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " api"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " api"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " api"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " api"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " api"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " api"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " api"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " api"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " api" 0' -f -a 'GET POST PUT PATCH DELETE'
complete -c polyscale -n '__polyscale_at " create"' -l from-env -d 'Take the connection string from the environment, else from .env here.'
complete -c polyscale -n '__polyscale_at " create"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " create"' -l variable -r -f -d 'The variable that --from-env reads.'
complete -c polyscale -n '__polyscale_at " create"' -l type -r -f -a 'postgres mysql mariadb mssql' -d 'postgres, mysql, mariadb or mssql.'
complete -c polyscale -n '__polyscale_at " create"' -l host -r -f -d 'The database\'s host.'
complete -c polyscale -n '__polyscale_at " create"' -l port -r -f -d 'The database\'s port.'
complete -c polyscale -n '__polyscale_at " create"' -l description -r -f -d 'Words for people.'
complete -c polyscale -n '__polyscale_at " create"' -l ttl -r -f -d 'The longest that automation keeps an answer; 0 keeps only what rules name.'
complete -c polyscale -n '__polyscale_at " create"' -l origin-tls -r -f -a 'disable prefer require verify-full' -d 'TLS from the edge to the database: disable, prefer, require or verify-full.'
complete -c polyscale -n '__polyscale_at " create"' -l listen-port -r -f -d 'A port of its own; 0 takes any.'
complete -c polyscale -n '__polyscale_at " create"' -l caching -l no-caching -d 'Cache answers, or only pass everything through.'
complete -c polyscale -n '__polyscale_at " create"' -l default -r -f -a 'autoCached uncached' -d 'autoCached, or uncached: keep only what rules name.'
complete -c polyscale -n '__polyscale_at " create"' -l mode -r -f -a 'cache observe' -d 'cache, or observe: serve nothing, and count what would have been served.'
complete -c polyscale -n '__polyscale_at " create"' -l if-not-exists -d 'Use the cache of that name if it has the same database.'
complete -c polyscale -n '__polyscale_at " create"' -l no-test -d 'Do not test the way to the database.'
complete -c polyscale -n '__polyscale_at " create"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " create"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " create"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " create"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " create"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " create"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " create"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " create"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " create"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " list"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " list"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " list"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " list"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " list"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " list"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " list"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " list"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " list"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " list"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " test"' -l query -r -f -d 'Measure how much faster this read is through the cache.'
complete -c polyscale -n '__polyscale_at " test"' -l runs -r -f -d 'With --query: runs each way; by default 100, or what 60 s take.'
complete -c polyscale -n '__polyscale_at " test"' -l plot -r -F -d 'With --query: draw all times, as .png or .svg.'
complete -c polyscale -n '__polyscale_at " test"' -l from-env -d 'Take the connection string from the environment, else from .env here.'
complete -c polyscale -n '__polyscale_at " test"' -l from-url -r -f -d 'Read the connection string from stdin: --from-url -'
complete -c polyscale -n '__polyscale_at " test"' -l variable -r -f -d 'The variable that --from-env reads.'
complete -c polyscale -n '__polyscale_at " test"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " test"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " test"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " test"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " test"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " test"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " test"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " test"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " test"' -l cache -r -f -a '(__polyscale_caches)' -d 'The cache, in place of the argument.'
complete -c polyscale -n '__polyscale_at " test"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " test" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " delete"' -s y -l yes -d 'Do not ask.'
complete -c polyscale -n '__polyscale_at " delete"' -l if-exists -d 'It is no error when there is no such cache.'
complete -c polyscale -n '__polyscale_at " delete"' -l dry-run -d 'Delete nothing; say what would go.'
complete -c polyscale -n '__polyscale_at " delete"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " delete"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " delete"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " delete"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " delete"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " delete"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " delete"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " delete"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " delete"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " delete" 0' -f -a '(__polyscale_caches)'
complete -c polyscale -n '__polyscale_at " cache ls"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache ls"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache ls"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache ls"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache ls"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache ls"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache ls"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache ls"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache ls"' -l fields -r -f -d 'Only these fields of the data, in this order.'
complete -c polyscale -n '__polyscale_at " cache ls"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache rm"' -s y -l yes -d 'Do not ask.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l if-exists -d 'It is no error when there is no such cache.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l dry-run -d 'Delete nothing; say what would go.'
complete -c polyscale -n '__polyscale_at " cache rm"' -s o -l output -r -f -a 'table json jsonl plain csv' -d 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l json -d 'The same as --output json.'
complete -c polyscale -n '__polyscale_at " cache rm"' -s q -l quiet -d 'No notes; of tables, only the ids.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l no-input -d 'Never ask, fail instead.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l color -l no-color -d 'Force or forbid colour.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l no-github -d 'No workflow commands, even under GitHub Actions.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l profile -r -f -d 'The profile to use; see polyscale profile list.'
complete -c polyscale -n '__polyscale_at " cache rm"' -l timeout -r -f -d 'How long to wait for the API.'
complete -c polyscale -n '__polyscale_at " cache rm"' -s h -l help -d 'Show this message and exit.'
complete -c polyscale -n '__polyscale_at " cache rm" 0' -f -a '(__polyscale_caches)'
