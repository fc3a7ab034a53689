# bash completion for polyscale, made from its command tree by `make completions`: change the tree, not this file.
# It starts no program: what it offers stands here, and the names of caches in a small file that polyscale keeps.

_polyscale_caches() {
    local file=$HOME/.cache name
    [[ $OSTYPE == darwin* ]] && file=$HOME/Library/Caches
    [[ ${XDG_CACHE_HOME-} == /* ]] && file=$XDG_CACHE_HOME
    file+=/polyscale/cache-names${POLYSCALE_PROFILE:+-$POLYSCALE_PROFILE}
    [[ -r $file ]] || return 0
    while IFS= read -r name; do
        [[ $name == *[!A-Za-z0-9._-]* ]] || printf '%s\n' "$name"
    done < "$file"
}

# Sets, for a path: commands, flags, values (--flag=kind, of flags that take a value) and arguments (a kind each).
# A kind is @caches, @files, @directories, @commands, words with commas between them, or nothing.
_polyscale_table() {
    commands='' flags='' values='' arguments=''
    case $1 in
        '')
            commands='connstr purge demo doctor stats top ips console query run completion help version link unlink api cache rules env edge auth profile config | create list test delete'
            flags='--version --help'
            ;;
        'cache')
            commands='create list show test update queries why purge delete | ls rm'
            flags='-h --help'
            ;;
        'rules')
            commands='list set reset explain'
            flags='-h --help'
            ;;
        'env')
            commands='write print check'
            flags='-h --help'
            ;;
        'edge')
            commands='run start stop status logs token'
            flags='-h --help'
            ;;
        'auth')
            commands='login status token logout keys'
            flags='-h --help'
            ;;
        'auth keys')
            commands='create list revoke'
            flags='-h --help'
            ;;
        'profile')
            commands='list use add remove'
            flags='-h --help'
            ;;
        'config')
            commands='list get set unset path'
            flags='-h --help'
            ;;
        'connstr')
            flags='--from-env --from-url --variable --user --database --password-stdin --no-password --prisma --serverless --driver --list-drivers --direct -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--from-url= --variable= --user= --database= --driver=any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'purge')
            flags='--all --table --template --query --tag --wait --dry-run -y --yes -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--table= --template= --query= --tag= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches...'
            ;;
        'demo')
            flags='--keep --db --rows -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--db=postgres,mariadb --rows= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'cache create')
            flags='--from-env --from-url --variable --type --host --port --description --ttl --origin-tls --listen-port --caching --no-caching --default --mode --if-not-exists --no-test -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--from-url= --variable= --type=postgres,mysql,mariadb,mssql --host= --port= --description= --ttl= --origin-tls=disable,prefer,require,verify-full --listen-port= --default=autoCached,uncached --mode=cache,observe -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':'
            ;;
        'cache list')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --fields='
            ;;
        'cache show')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache --field -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches --field='
            arguments=':@caches'
            ;;
        'cache test')
            flags='--query --runs --plot --from-env --from-url --variable -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--query= --runs= --plot=@files --from-url= --variable= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'cache update')
            flags='--name --host --port --description --ttl --origin-tls --listen-port --caching --no-caching --default --mode -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--name= --host= --port= --description= --ttl= --origin-tls=disable,prefer,require,verify-full --listen-port= --default=autoCached,uncached --mode=cache,observe -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'cache queries')
            flags='--sort --since --limit -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache --fields -h --help'
            values='--sort=runs,hits,misses,passes,hit-ratio,origin-seconds,time-saved,invalidated --since= --limit= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches --fields='
            arguments=':@caches'
            ;;
        'cache why')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches...'
            ;;
        'cache purge')
            flags='--all --table --template --query --tag --wait --dry-run -y --yes -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--table= --template= --query= --tag= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches...'
            ;;
        'cache delete')
            flags='-y --yes --if-exists --dry-run -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':@caches'
            ;;
        'rules list')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches --fields='
            arguments=':@caches'
            ;;
        'rules set')
            flags='--ttl --name --table --template --query --auto --manual -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--ttl= --name= --table= --template= --query= --auto= --manual= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'rules reset')
            flags='--all --table --template --query --auto --manual --dry-run -y --yes -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--table= --template= --query= --auto= --manual= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'rules explain')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache --field -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches --field='
            arguments=':@caches...'
            ;;
        'doctor')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --fields='
            ;;
        'stats')
            flags='--since -w --watch --interval --count -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--since= --interval= --count= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'top')
            flags='--interval --count -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--interval= --count= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'ips')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches --fields='
            arguments=':@caches'
            ;;
        'console')
            flags='--open -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'query')
            flags='--bind --http --from-env --from-url --variable -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--bind= --from-url= --variable= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches...'
            ;;
        'run')
            flags='--cache --name --prisma --driver --hyperdrive -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--cache=@caches --name= --driver=any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc --hyperdrive= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':@commands...'
            ;;
        'env write')
            flags='--cache --format --file --name --from-url --prisma --driver --hyperdrive --prefix --direct --force --gitignore --chmod -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--cache=@caches --format=dotenv,export,docker,dev-vars,wrangler,json --file=@files --name= --from-url= --driver=any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc --hyperdrive= --prefix= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'env print')
            flags='--cache --format --name --from-url --prisma --driver --hyperdrive --prefix --direct -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--cache=@caches --format=dotenv,export,docker,dev-vars,wrangler,json --name= --from-url= --driver=any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc --hyperdrive= --prefix= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'env check')
            flags='--cache --format --file --name --from-url --prisma --driver --hyperdrive --prefix --direct -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--cache=@caches --format=dotenv,export,docker,dev-vars,wrangler,json --file=@files --name= --from-url= --driver=any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc --hyperdrive= --prefix= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'edge run')
            flags='--state-dir --host --http-port --postgres-port --mysql-port --mariadb-port --memory --entry-limit --drain-seconds --tls-cert --tls-key --ready-file --log-level --sql-connections --sql-idle-seconds --sql-queue --sql-queue-seconds --sql-timeout --sql-requests-per-minute --sql-origins -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--state-dir=@directories --host= --http-port= --postgres-port= --mysql-port= --mariadb-port= --memory= --entry-limit= --drain-seconds= --tls-cert=@files --tls-key=@files --ready-file=@files --log-level=debug,info,warning,error --sql-connections= --sql-idle-seconds= --sql-queue= --sql-queue-seconds= --sql-timeout= --sql-requests-per-minute= --sql-origins= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'edge start')
            flags='--state-dir --host --http-port --postgres-port --mysql-port --mariadb-port --memory --entry-limit --drain-seconds --tls-cert --tls-key --ready-file --log-level --sql-connections --sql-idle-seconds --sql-queue --sql-queue-seconds --sql-timeout --sql-requests-per-minute --sql-origins -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--state-dir=@directories --host= --http-port= --postgres-port= --mysql-port= --mariadb-port= --memory= --entry-limit= --drain-seconds= --tls-cert=@files --tls-key=@files --ready-file=@files --log-level=debug,info,warning,error --sql-connections= --sql-idle-seconds= --sql-queue= --sql-queue-seconds= --sql-timeout= --sql-requests-per-minute= --sql-origins= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'edge stop')
            flags='--state-dir -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--state-dir=@directories -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'edge status')
            flags='--state-dir -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--state-dir=@directories -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'edge logs')
            flags='--state-dir -n --lines -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--state-dir=@directories -n= --lines= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'edge token')
            flags='--state-dir -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--state-dir=@directories -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'completion')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':bash,zsh,fish,powershell'
            ;;
        'help')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':environment,exit-codes,formatting,ci...'
            ;;
        'version')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --field -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --field='
            ;;
        'auth login')
            flags='--with-token --token-file --insecure-storage -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--token-file=@files -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'auth status')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --field -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --field='
            ;;
        'auth token')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'auth logout')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'auth keys create')
            flags='--scope -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--scope=caches:read,caches:write,cacheRules:read,cacheRules:write,caches:purge -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':'
            ;;
        'auth keys list')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --fields='
            ;;
        'auth keys revoke')
            flags='-y --yes --if-exists -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':'
            ;;
        'profile list')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --fields='
            ;;
        'profile use')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':'
            ;;
        'profile add')
            flags='--api-url --cache --use -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--api-url= --cache=@caches -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':'
            ;;
        'profile remove')
            flags='-y --yes --if-exists -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':'
            ;;
        'config list')
            flags='--show-origin -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --fields='
            ;;
        'config get')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':profile,api_url,cache,timeout,ca_bundle,keyring,output,no_input,autostart,config_dir,state_dir'
            ;;
        'config set')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':profile,api_url,cache,timeout,ca_bundle,keyring,output,no_input,autostart,config_dir,state_dir :'
            ;;
        'config unset')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':profile,api_url,cache,timeout,ca_bundle,keyring,output,no_input,autostart,config_dir,state_dir'
            ;;
        'config path')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'link')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'unlink')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            ;;
        'api')
            flags='-f --field --input -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-f= --field= --input=@files -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':GET,POST,PUT,PATCH,DELETE :'
            ;;
        'create')
            flags='--from-env --from-url --variable --type --host --port --description --ttl --origin-tls --listen-port --caching --no-caching --default --mode --if-not-exists --no-test -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='--from-url= --variable= --type=postgres,mysql,mariadb,mssql --host= --port= --description= --ttl= --origin-tls=disable,prefer,require,verify-full --listen-port= --default=autoCached,uncached --mode=cache,observe -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':'
            ;;
        'list')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --fields='
            ;;
        'test')
            flags='--query --runs --plot --from-env --from-url --variable -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --cache -h --help'
            values='--query= --runs= --plot=@files --from-url= --variable= -o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --cache=@caches'
            arguments=':@caches'
            ;;
        'delete')
            flags='-y --yes --if-exists --dry-run -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':@caches'
            ;;
        'cache ls')
            flags='-o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout --fields -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout= --fields='
            ;;
        'cache rm')
            flags='-y --yes --if-exists --dry-run -o --output --json -q --quiet --no-input --color --no-color --no-github --profile --timeout -h --help'
            values='-o=table,json,jsonl,plain,csv --output=table,json,jsonl,plain,csv --profile= --timeout='
            arguments=':@caches'
            ;;
    esac
}

_polyscale_offer() { # what belongs to a kind, as far as it begins with $cur
    case $1 in
        '') ;;
        @caches) COMPREPLY=($(compgen -W "$(_polyscale_caches)" -- "$cur")) ;;
        @files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
        @directories) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
        @commands) # a program, and then what belongs to it
            if ((position == 0)); then COMPREPLY=($(compgen -c -- "$cur")); else _polyscale_offer @files; fi ;;
        *) COMPREPLY=($(compgen -W "${1//,/ }" -- "$cur")) ;;
    esac
}

_polyscale_kind() { # the kind of the value of flag $1; fails when it takes none
    local one
    for one in $values; do
        [[ $one == "$1="* ]] && { kind=${one#*=}; return 0; }
    done
    return 1
}

_polyscale() {
    local IFS=$' \t\n' cur=${COMP_WORDS[COMP_CWORD]} path='' word kind i=1 position=0 only=
    local commands flags values arguments
    COMPREPLY=()
    _polyscale_table ''
    while ((i < COMP_CWORD)); do
        word=${COMP_WORDS[i]}
        if [[ $only ]]; then
            ((position++))
        elif [[ $word == -- ]]; then
            only=arguments
        elif [[ $word == -* ]]; then
            if _polyscale_kind "$word"; then
                ((i++))
                # `=` is a word of its own here.
                [[ ${COMP_WORDS[i]} == '=' ]] && { ((i++)); [[ $cur == '=' ]] && cur=''; }
                ((i >= COMP_CWORD)) && { _polyscale_offer "$kind"; return; }
            fi
        elif [[ $commands && " $commands " == *" $word "* ]]; then
            path+=${path:+ }$word
            _polyscale_table "$path"
        else
            ((position++))
        fi
        ((i++))
    done
    if [[ $cur == -* && ! $only ]]; then
        COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    elif [[ $commands ]]; then
        COMPREPLY=($(compgen -W "${commands%%|*}" -- "$cur"))
    else
        set -- $arguments
        while ((position > 0 && $# > 1)); do shift; ((position--)); done
        [[ $position == 0 || ${1-} == *... ]] && { kind=${1%...}; _polyscale_offer "${kind#:}"; }
    fi
}

complete -F _polyscale polyscale
