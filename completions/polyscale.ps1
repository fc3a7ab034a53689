# PowerShell completion for polyscale, made from its command tree by `make completions`: change the tree, not this file.
# It starts no program: what it offers stands here, and the names of caches in a small file that polyscale keeps.
# Load it from your profile:  polyscale completion powershell | Out-String | Invoke-Expression

$PolyscaleTable = @{
    '' = @{
        Commands = @(
            @{ Text = 'connstr'; About = 'Print your connection string, through the cache.' }
            @{ Text = 'purge'; About = 'Drop what caches hold: everything, or what is named.' }
            @{ Text = 'demo'; About = 'Show the cache at work on a throw-away database.' }
            @{ Text = 'doctor'; About = 'Look for what goes wrong in practice, and say how to mend it.' }
            @{ Text = 'stats'; About = 'Show what caches have answered, and how much of it from memory.' }
            @{ Text = 'top'; About = 'Show what caches do at this moment, over the whole screen.' }
            @{ Text = 'ips'; About = 'Show the addresses from which the edge connects to databases.' }
            @{ Text = 'console'; About = 'Show the address of the web console, or open it.' }
            @{ Text = 'query'; About = 'Run one SQL statement through a cache and show its rows.' }
            @{ Text = 'run'; About = 'Run a program with DATABASE_URL through the cache.' }
            @{ Text = 'completion'; About = 'Print the script that makes a shell complete polyscale.' }
            @{ Text = 'help'; About = 'Explain a topic: environment, exit-codes, formatting or ci.' }
            @{ Text = 'version'; About = 'Show the version of this command, of Python, and where both are.' }
            @{ Text = 'link'; About = 'Bind this directory to a cache, so that commands here need not name it.' }
            @{ Text = 'unlink'; About = 'Remove the .polyscale.toml that holds here.' }
            @{ Text = 'api'; About = 'Send any request to the management API, and print the answer.' }
            @{ Text = 'cache'; About = 'Create, list, show, test, change, purge and delete caches, and ask why.' }
            @{ Text = 'rules'; About = 'Say for how long answers are kept, and ask what holds for a statement.' }
            @{ Text = 'env'; About = 'Write, print and check the variables that programs connect with.' }
            @{ Text = 'edge'; About = 'Run the edge: the process that listens, caches and serves the API.' }
            @{ Text = 'auth'; About = 'Log in to an API, show and forget its token, and manage API keys.' }
            @{ Text = 'profile'; About = 'Add, choose, list and remove profiles: one for each API.' }
            @{ Text = 'config'; About = 'Show and change settings, and see where each comes from.' }
        )
        Flags = @(
            @{ Text = '--version'; About = 'Print the version.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'cache' = @{
        Commands = @(
            @{ Text = 'create'; About = 'Create a cache in front of a database and test the way to it.' }
            @{ Text = 'list'; About = 'List the caches.' }
            @{ Text = 'show'; About = 'Show one cache, its address and its counters.' }
            @{ Text = 'test'; About = 'Test the way from the edge to the database, or measure a query.' }
            @{ Text = 'update'; About = 'Change a cache.' }
            @{ Text = 'queries'; About = 'Show what a cache is asked, and why some of it is not kept.' }
            @{ Text = 'why'; About = 'Tell what became of the answers to a query, and why it is served or not.' }
            @{ Text = 'purge'; About = 'Drop what caches hold: everything, or what is named.' }
            @{ Text = 'delete'; About = 'Delete a cache and end its connections.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'rules' = @{
        Commands = @(
            @{ Text = 'list'; About = 'List a cache''s rules, the oldest first.' }
            @{ Text = 'set'; About = 'Set rules, in place of those about the same tables, templates or queries.' }
            @{ Text = 'reset'; About = 'Remove rules: automation decides again, or the rules that remain.' }
            @{ Text = 'explain'; About = 'Say whether a statement is cached, which rule decides for how long, and why.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'env' = @{
        Commands = @(
            @{ Text = 'write'; About = 'Write connection variables to a file, through the cache.' }
            @{ Text = 'print'; About = 'Print connection variables, through the cache, values included.' }
            @{ Text = 'check'; About = 'Check that a file''s connection variables lead through the cache.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'edge' = @{
        Commands = @(
            @{ Text = 'run'; About = 'Run the edge in the foreground, until it is told to stop.' }
            @{ Text = 'start'; About = 'Start the edge in the background.' }
            @{ Text = 'stop'; About = 'Stop the edge, letting statements in flight finish.' }
            @{ Text = 'status'; About = 'Show whether the edge runs and answers, and where it listens.' }
            @{ Text = 'logs'; About = 'Show the last lines of the edge''s log.' }
            @{ Text = 'token'; About = 'Print the token of the local edge''s API.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'auth' = @{
        Commands = @(
            @{ Text = 'login'; About = 'Store a token for the API of the profile in use.' }
            @{ Text = 'status'; About = 'Show which token is used, where it comes from, and whether it is valid.' }
            @{ Text = 'token'; About = 'Print the token that commands use.' }
            @{ Text = 'logout'; About = 'Forget the stored token of the profile in use.' }
            @{ Text = 'keys'; About = 'Make, list and revoke API keys, such as one for CI that may only purge.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'auth keys' = @{
        Commands = @(
            @{ Text = 'create'; About = 'Make an API key and print it.' }
            @{ Text = 'list'; About = 'List the API keys, without their secrets.' }
            @{ Text = 'revoke'; About = 'Revoke an API key, at once.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'profile' = @{
        Commands = @(
            @{ Text = 'list'; About = 'List the profiles.' }
            @{ Text = 'use'; About = 'Use a profile from now on.' }
            @{ Text = 'add'; About = 'Add a profile: an API, and how to use it.' }
            @{ Text = 'remove'; About = 'Remove a profile, and forget its token.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'config' = @{
        Commands = @(
            @{ Text = 'list'; About = 'List the settings that hold here.' }
            @{ Text = 'get'; About = 'Print the value of one setting.' }
            @{ Text = 'set'; About = 'Set a value in the profile in use.' }
            @{ Text = 'unset'; About = 'Take a value out of the profile in use.' }
            @{ Text = 'path'; About = 'Print where your own file of settings is, whether or not it exists yet.' }
        )
        Flags = @(
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{  }
        Arguments = @()
    }
    'connstr' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--from-env'; About = 'Take the connection string from the environment, else from .env here.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--variable'; About = 'The variable that --from-env reads.' }
            @{ Text = '--user'; About = 'The database user.' }
            @{ Text = '--database'; About = 'The database''s name.' }
            @{ Text = '--password-stdin'; About = 'Read the password from stdin, not from POLYSCALE_DB_PASSWORD.' }
            @{ Text = '--no-password'; About = 'Leave the password out.' }
            @{ Text = '--prisma'; About = 'Write it for Prisma.' }
            @{ Text = '--serverless'; About = 'Write it for @polyscale/serverless-js, which sends SQL over HTTP.' }
            @{ Text = '--driver'; About = 'Write it for one driver; see --list-drivers.' }
            @{ Text = '--list-drivers'; About = 'List what it can be written for.' }
            @{ Text = '--direct'; About = 'The way around: to the database itself.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--from-url' = ''; '--variable' = ''; '--user' = ''; '--database' = ''; '--driver' = 'any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'purge' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--all'; About = 'All caches.' }
            @{ Text = '--table'; About = 'Only what depends on this table; may be repeated.' }
            @{ Text = '--template'; About = 'Only answers of this template: its id, or any of its statements.' }
            @{ Text = '--query'; About = 'Only answers to exactly this query; may be repeated.' }
            @{ Text = '--tag'; About = 'Only answers that their statements'' comments have tagged so.' }
            @{ Text = '--wait'; About = 'Return when the edge has confirmed it.' }
            @{ Text = '--dry-run'; About = 'Drop nothing; say what would go.' }
            @{ Text = '-y'; About = 'Do not ask, even at a terminal.' }
            @{ Text = '--yes'; About = 'Do not ask, even at a terminal.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--table' = ''; '--template' = ''; '--query' = ''; '--tag' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches...')
    }
    'demo' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--keep'; About = 'Leave the database and the edge up afterwards.' }
            @{ Text = '--db'; About = 'postgres, or mariadb where it is installed.' }
            @{ Text = '--rows'; About = 'Rows of the larger table.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--db' = 'postgres,mariadb'; '--rows' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'cache create' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--from-env'; About = 'Take the connection string from the environment, else from .env here.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--variable'; About = 'The variable that --from-env reads.' }
            @{ Text = '--type'; About = 'postgres, mysql, mariadb or mssql.' }
            @{ Text = '--host'; About = 'The database''s host.' }
            @{ Text = '--port'; About = 'The database''s port.' }
            @{ Text = '--description'; About = 'Words for people.' }
            @{ Text = '--ttl'; About = 'The longest that automation keeps an answer; 0 keeps only what rules name.' }
            @{ Text = '--origin-tls'; About = 'TLS from the edge to the database: disable, prefer, require or verify-full.' }
            @{ Text = '--listen-port'; About = 'A port of its own; 0 takes any.' }
            @{ Text = '--caching'; About = 'Cache answers, or only pass everything through.' }
            @{ Text = '--no-caching'; About = 'Cache answers, or only pass everything through.' }
            @{ Text = '--default'; About = 'autoCached, or uncached: keep only what rules name.' }
            @{ Text = '--mode'; About = 'cache, or observe: serve nothing, and count what would have been served.' }
            @{ Text = '--if-not-exists'; About = 'Use the cache of that name if it has the same database.' }
            @{ Text = '--no-test'; About = 'Do not test the way to the database.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--from-url' = ''; '--variable' = ''; '--type' = 'postgres,mysql,mariadb,mssql'; '--host' = ''; '--port' = ''; '--description' = ''; '--ttl' = ''; '--origin-tls' = 'disable,prefer,require,verify-full'; '--listen-port' = ''; '--default' = 'autoCached,uncached'; '--mode' = 'cache,observe'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('')
    }
    'cache list' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--fields' = '' }
        Arguments = @()
    }
    'cache show' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '--field'; About = 'Only this field of the data, as a bare line.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches'; '--field' = '' }
        Arguments = @('@caches')
    }
    'cache test' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--query'; About = 'Measure how much faster this read is through the cache.' }
            @{ Text = '--runs'; About = 'With --query: runs each way; by default 100, or what 60 s take.' }
            @{ Text = '--plot'; About = 'With --query: draw all times, as .png or .svg.' }
            @{ Text = '--from-env'; About = 'Take the connection string from the environment, else from .env here.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--variable'; About = 'The variable that --from-env reads.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--query' = ''; '--runs' = ''; '--plot' = '@files'; '--from-url' = ''; '--variable' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'cache update' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--name'; About = 'Another name.' }
            @{ Text = '--host'; About = 'The database''s host.' }
            @{ Text = '--port'; About = 'The database''s port.' }
            @{ Text = '--description'; About = 'Words for people.' }
            @{ Text = '--ttl'; About = 'The longest that automation keeps an answer; 0 keeps only what rules name.' }
            @{ Text = '--origin-tls'; About = 'TLS from the edge to the database: disable, prefer, require or verify-full.' }
            @{ Text = '--listen-port'; About = 'A port of its own; 0 takes any, none gives it up.' }
            @{ Text = '--caching'; About = 'Cache answers, or only pass everything through.' }
            @{ Text = '--no-caching'; About = 'Cache answers, or only pass everything through.' }
            @{ Text = '--default'; About = 'autoCached, or uncached: keep only what rules name.' }
            @{ Text = '--mode'; About = 'cache, or observe: serve nothing, and count what would have been served.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--name' = ''; '--host' = ''; '--port' = ''; '--description' = ''; '--ttl' = ''; '--origin-tls' = 'disable,prefer,require,verify-full'; '--listen-port' = ''; '--default' = 'autoCached,uncached'; '--mode' = 'cache,observe'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'cache queries' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--sort'; About = 'The most first: runs, hits, misses, passes, hit-ratio, origin-seconds, time-saved, invalidated.' }
            @{ Text = '--since'; About = '15m, 24h, 7d ago, or a moment in RFC 3339.' }
            @{ Text = '--limit'; About = 'How many.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--sort' = 'runs,hits,misses,passes,hit-ratio,origin-seconds,time-saved,invalidated'; '--since' = ''; '--limit' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches'; '--fields' = '' }
        Arguments = @('@caches')
    }
    'cache why' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches...')
    }
    'cache purge' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--all'; About = 'All caches.' }
            @{ Text = '--table'; About = 'Only what depends on this table; may be repeated.' }
            @{ Text = '--template'; About = 'Only answers of this template: its id, or any of its statements.' }
            @{ Text = '--query'; About = 'Only answers to exactly this query; may be repeated.' }
            @{ Text = '--tag'; About = 'Only answers that their statements'' comments have tagged so.' }
            @{ Text = '--wait'; About = 'Return when the edge has confirmed it.' }
            @{ Text = '--dry-run'; About = 'Drop nothing; say what would go.' }
            @{ Text = '-y'; About = 'Do not ask, even at a terminal.' }
            @{ Text = '--yes'; About = 'Do not ask, even at a terminal.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--table' = ''; '--template' = ''; '--query' = ''; '--tag' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches...')
    }
    'cache delete' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-y'; About = 'Do not ask.' }
            @{ Text = '--yes'; About = 'Do not ask.' }
            @{ Text = '--if-exists'; About = 'It is no error when there is no such cache.' }
            @{ Text = '--dry-run'; About = 'Delete nothing; say what would go.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('@caches')
    }
    'rules list' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches'; '--fields' = '' }
        Arguments = @('@caches')
    }
    'rules set' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--ttl'; About = 'How long an answer is kept; 0 keeps none.' }
            @{ Text = '--name'; About = 'Your own words for the rule.' }
            @{ Text = '--table'; About = 'All queries of a table, with or without its schema.' }
            @{ Text = '--template'; About = 'All queries alike but for their literals: one of them, or the id.' }
            @{ Text = '--query'; About = 'This very text.' }
            @{ Text = '--auto'; About = 'A template whose answers automation decides about.' }
            @{ Text = '--manual'; About = 'A template that automation must leave alone.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--ttl' = ''; '--name' = ''; '--table' = ''; '--template' = ''; '--query' = ''; '--auto' = ''; '--manual' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'rules reset' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--all'; About = 'All rules of the cache.' }
            @{ Text = '--table'; About = 'All queries of a table, with or without its schema.' }
            @{ Text = '--template'; About = 'All queries alike but for their literals: one of them, or the id.' }
            @{ Text = '--query'; About = 'This very text.' }
            @{ Text = '--auto'; About = 'A template whose answers automation decides about.' }
            @{ Text = '--manual'; About = 'A template that automation must leave alone.' }
            @{ Text = '--dry-run'; About = 'Remove nothing; say what would go.' }
            @{ Text = '-y'; About = 'Do not ask.' }
            @{ Text = '--yes'; About = 'Do not ask.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--table' = ''; '--template' = ''; '--query' = ''; '--auto' = ''; '--manual' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'rules explain' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '--field'; About = 'Only this field of the data, as a bare line.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches'; '--field' = '' }
        Arguments = @('@caches...')
    }
    'doctor' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--fields' = '' }
        Arguments = @()
    }
    'stats' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--since'; About = 'Over time: 15m, 24h, 7d ago, or a moment in RFC 3339.' }
            @{ Text = '-w'; About = 'Show what happens, a row at a time, until Ctrl-C.' }
            @{ Text = '--watch'; About = 'Show what happens, a row at a time, until Ctrl-C.' }
            @{ Text = '--interval'; About = 'Between two rows.' }
            @{ Text = '--count'; About = 'End after so many rows.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--since' = ''; '--interval' = ''; '--count' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'top' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--interval'; About = 'Between two readings.' }
            @{ Text = '--count'; About = 'Not over the screen: print so many, by default 1.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--interval' = ''; '--count' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'ips' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches'; '--fields' = '' }
        Arguments = @('@caches')
    }
    'console' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--open'; About = 'Open it in the browser, logged in.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'query' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--bind'; About = 'A value for $1, or the first ?; repeat it for the next. Arrays as JSON.' }
            @{ Text = '--http'; About = 'Ask over HTTP, with ? or :name in the statement; a name''s value is --bind :NAME=VALUE.' }
            @{ Text = '--from-env'; About = 'Take the connection string from the environment, else from .env here.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--variable'; About = 'The variable that --from-env reads.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--bind' = ''; '--from-url' = ''; '--variable' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches...')
    }
    'run' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--cache'; About = 'Name, id, or the beginning of an id.' }
            @{ Text = '--name'; About = 'The variable; DATABASE_URL if not given.' }
            @{ Text = '--prisma'; About = 'For Prisma: DATABASE_URL, and DIRECT_URL around it.' }
            @{ Text = '--driver'; About = 'Write it for one driver; see --list-drivers.' }
            @{ Text = '--hyperdrive'; About = 'The variable for this Hyperdrive binding under `wrangler dev`.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--cache' = '@caches'; '--name' = ''; '--driver' = 'any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc'; '--hyperdrive' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('@commands...')
    }
    'env write' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--cache'; About = 'Name, id, or the beginning of an id.' }
            @{ Text = '--format'; About = 'Who reads it: dotenv, export, docker, dev-vars, wrangler, json. dotenv, unless a file''s name says more.' }
            @{ Text = '--file'; About = 'The file; by format .env, .env.docker, .dev.vars, secrets.json or env.json.' }
            @{ Text = '--name'; About = 'The variable; DATABASE_URL if not given.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--prisma'; About = 'For Prisma: DATABASE_URL, and DIRECT_URL around it.' }
            @{ Text = '--driver'; About = 'Write it for one driver; see --list-drivers.' }
            @{ Text = '--hyperdrive'; About = 'The variable for this Hyperdrive binding under `wrangler dev`.' }
            @{ Text = '--prefix'; About = 'Put before CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME.' }
            @{ Text = '--direct'; About = 'The way back: make the variable lead to the database itself.' }
            @{ Text = '--force'; About = 'Replace other values, and write even if git tracks the file.' }
            @{ Text = '--gitignore'; About = 'Have git ignore the file: one line, once.' }
            @{ Text = '--chmod'; About = 'Let only its owner read the file, if others may.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--cache' = '@caches'; '--format' = 'dotenv,export,docker,dev-vars,wrangler,json'; '--file' = '@files'; '--name' = ''; '--from-url' = ''; '--driver' = 'any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc'; '--hyperdrive' = ''; '--prefix' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'env print' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--cache'; About = 'Name, id, or the beginning of an id.' }
            @{ Text = '--format'; About = 'Who reads it: dotenv, export, docker, dev-vars, wrangler, json. dotenv, unless a file''s name says more.' }
            @{ Text = '--name'; About = 'The variable; DATABASE_URL if not given.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--prisma'; About = 'For Prisma: DATABASE_URL, and DIRECT_URL around it.' }
            @{ Text = '--driver'; About = 'Write it for one driver; see --list-drivers.' }
            @{ Text = '--hyperdrive'; About = 'The variable for this Hyperdrive binding under `wrangler dev`.' }
            @{ Text = '--prefix'; About = 'Put before CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME.' }
            @{ Text = '--direct'; About = 'The way back: make the variable lead to the database itself.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--cache' = '@caches'; '--format' = 'dotenv,export,docker,dev-vars,wrangler,json'; '--name' = ''; '--from-url' = ''; '--driver' = 'any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc'; '--hyperdrive' = ''; '--prefix' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'env check' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--cache'; About = 'Name, id, or the beginning of an id.' }
            @{ Text = '--format'; About = 'Who reads it: dotenv, export, docker, dev-vars, wrangler, json. dotenv, unless a file''s name says more.' }
            @{ Text = '--file'; About = 'The file; by format .env, .env.docker, .dev.vars, secrets.json or env.json.' }
            @{ Text = '--name'; About = 'The variable; DATABASE_URL if not given.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--prisma'; About = 'For Prisma: DATABASE_URL, and DIRECT_URL around it.' }
            @{ Text = '--driver'; About = 'Write it for one driver; see --list-drivers.' }
            @{ Text = '--hyperdrive'; About = 'The variable for this Hyperdrive binding under `wrangler dev`.' }
            @{ Text = '--prefix'; About = 'Put before CACHE_ID, USERNAME, PASSWORD and DATABASE_NAME.' }
            @{ Text = '--direct'; About = 'The way back: make the variable lead to the database itself.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--cache' = '@caches'; '--format' = 'dotenv,export,docker,dev-vars,wrangler,json'; '--file' = '@files'; '--name' = ''; '--from-url' = ''; '--driver' = 'any,libpq,libpq-keywords,psql,mysql,prisma,node-postgres,postgres.js,mysql2,mariadb,mssql,drizzle,knex,hyperdrive,serverless,psycopg,asyncpg,sqlalchemy,sqlalchemy-psycopg2,sqlalchemy-asyncpg,sqlalchemy-pg8000,sqlalchemy-pymysql,sqlalchemy-mysqldb,sqlalchemy-aiomysql,sqlalchemy-asyncmy,sqlalchemy-mariadbconnector,sqlalchemy-pyodbc,sqlalchemy-pymssql,django,rails,jdbc,ado.net,go,php-pdo,odbc'; '--hyperdrive' = ''; '--prefix' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'edge run' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--state-dir'; About = 'Where the edge keeps its state.' }
            @{ Text = '--host'; About = 'Address to listen on; else loopback.' }
            @{ Text = '--http-port'; About = 'Port of the management API; 0 takes any.' }
            @{ Text = '--postgres-port'; About = 'Port for Postgres; 0 takes any.' }
            @{ Text = '--mysql-port'; About = 'Port for MySQL; 0 takes any.' }
            @{ Text = '--mariadb-port'; About = 'Port for MariaDB; 0 takes any.' }
            @{ Text = '--memory'; About = 'Memory for cached answers, such as 256MiB.' }
            @{ Text = '--entry-limit'; About = 'The largest answer to keep, such as 1MiB.' }
            @{ Text = '--drain-seconds'; About = 'Time for statements in flight.' }
            @{ Text = '--tls-cert'; About = 'Certificate chain for clients (PEM).' }
            @{ Text = '--tls-key'; About = 'Private key of --tls-cert (PEM).' }
            @{ Text = '--ready-file'; About = 'Written when connections are accepted, removed at the end.' }
            @{ Text = '--log-level'; About = 'debug, info, warning or error.' }
            @{ Text = '--sql-connections'; About = 'Connections for each cache, user and database.' }
            @{ Text = '--sql-idle-seconds'; About = 'When an unused connection is closed.' }
            @{ Text = '--sql-queue'; About = 'Requests that may wait for one.' }
            @{ Text = '--sql-queue-seconds'; About = 'How long they may wait.' }
            @{ Text = '--sql-timeout'; About = 'How long a statement may take.' }
            @{ Text = '--sql-requests-per-minute'; About = 'Requests of one cache; more get 429.' }
            @{ Text = '--sql-origins'; About = 'Web pages that may ask from a browser (CORS), separated by commas.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--state-dir' = '@directories'; '--host' = ''; '--http-port' = ''; '--postgres-port' = ''; '--mysql-port' = ''; '--mariadb-port' = ''; '--memory' = ''; '--entry-limit' = ''; '--drain-seconds' = ''; '--tls-cert' = '@files'; '--tls-key' = '@files'; '--ready-file' = '@files'; '--log-level' = 'debug,info,warning,error'; '--sql-connections' = ''; '--sql-idle-seconds' = ''; '--sql-queue' = ''; '--sql-queue-seconds' = ''; '--sql-timeout' = ''; '--sql-requests-per-minute' = ''; '--sql-origins' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'edge start' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--state-dir'; About = 'Where the edge keeps its state.' }
            @{ Text = '--host'; About = 'Address to listen on; else loopback.' }
            @{ Text = '--http-port'; About = 'Port of the management API; 0 takes any.' }
            @{ Text = '--postgres-port'; About = 'Port for Postgres; 0 takes any.' }
            @{ Text = '--mysql-port'; About = 'Port for MySQL; 0 takes any.' }
            @{ Text = '--mariadb-port'; About = 'Port for MariaDB; 0 takes any.' }
            @{ Text = '--memory'; About = 'Memory for cached answers, such as 256MiB.' }
            @{ Text = '--entry-limit'; About = 'The largest answer to keep, such as 1MiB.' }
            @{ Text = '--drain-seconds'; About = 'Time for statements in flight.' }
            @{ Text = '--tls-cert'; About = 'Certificate chain for clients (PEM).' }
            @{ Text = '--tls-key'; About = 'Private key of --tls-cert (PEM).' }
            @{ Text = '--ready-file'; About = 'Written when connections are accepted, removed at the end.' }
            @{ Text = '--log-level'; About = 'debug, info, warning or error.' }
            @{ Text = '--sql-connections'; About = 'Connections for each cache, user and database.' }
            @{ Text = '--sql-idle-seconds'; About = 'When an unused connection is closed.' }
            @{ Text = '--sql-queue'; About = 'Requests that may wait for one.' }
            @{ Text = '--sql-queue-seconds'; About = 'How long they may wait.' }
            @{ Text = '--sql-timeout'; About = 'How long a statement may take.' }
            @{ Text = '--sql-requests-per-minute'; About = 'Requests of one cache; more get 429.' }
            @{ Text = '--sql-origins'; About = 'Web pages that may ask from a browser (CORS), separated by commas.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--state-dir' = '@directories'; '--host' = ''; '--http-port' = ''; '--postgres-port' = ''; '--mysql-port' = ''; '--mariadb-port' = ''; '--memory' = ''; '--entry-limit' = ''; '--drain-seconds' = ''; '--tls-cert' = '@files'; '--tls-key' = '@files'; '--ready-file' = '@files'; '--log-level' = 'debug,info,warning,error'; '--sql-connections' = ''; '--sql-idle-seconds' = ''; '--sql-queue' = ''; '--sql-queue-seconds' = ''; '--sql-timeout' = ''; '--sql-requests-per-minute' = ''; '--sql-origins' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'edge stop' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--state-dir'; About = 'Where the edge keeps its state.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--state-dir' = '@directories'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'edge status' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--state-dir'; About = 'Where the edge keeps its state.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--state-dir' = '@directories'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'edge logs' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--state-dir'; About = 'Where the edge keeps its state.' }
            @{ Text = '-n'; About = 'How many lines.' }
            @{ Text = '--lines'; About = 'How many lines.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--state-dir' = '@directories'; '-n' = ''; '--lines' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'edge token' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--state-dir'; About = 'Where the edge keeps its state.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--state-dir' = '@directories'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'completion' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('bash,zsh,fish,powershell')
    }
    'help' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('environment,exit-codes,formatting,ci...')
    }
    'version' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--field'; About = 'Only this field of the data, as a bare line.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--field' = '' }
        Arguments = @()
    }
    'auth login' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--with-token'; About = 'Read the token from stdin.' }
            @{ Text = '--token-file'; About = 'Read the token from a file.' }
            @{ Text = '--insecure-storage'; About = 'Keep it in a file that you alone may read, unencrypted.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--token-file' = '@files'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'auth status' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--field'; About = 'Only this field of the data, as a bare line.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--field' = '' }
        Arguments = @()
    }
    'auth token' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'auth logout' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'auth keys create' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--scope'; About = 'What it may do; may be given again. caches:read, caches:write, cacheRules:read, cacheRules:write, caches:purge.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--scope' = 'caches:read,caches:write,cacheRules:read,cacheRules:write,caches:purge'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('')
    }
    'auth keys list' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--fields' = '' }
        Arguments = @()
    }
    'auth keys revoke' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-y'; About = 'Do not ask.' }
            @{ Text = '--yes'; About = 'Do not ask.' }
            @{ Text = '--if-exists'; About = 'It is no error when there is no such key.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('')
    }
    'profile list' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--fields' = '' }
        Arguments = @()
    }
    'profile use' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('')
    }
    'profile add' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--api-url'; About = 'Its management API, such as https://edge.example.com.' }
            @{ Text = '--cache'; About = 'The cache of commands that name none.' }
            @{ Text = '--use'; About = 'Use it from now on.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--api-url' = ''; '--cache' = '@caches'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('')
    }
    'profile remove' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-y'; About = 'Do not ask.' }
            @{ Text = '--yes'; About = 'Do not ask.' }
            @{ Text = '--if-exists'; About = 'It is no error when there is none.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('')
    }
    'config list' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--show-origin'; About = 'Also say where each value comes from.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--fields' = '' }
        Arguments = @()
    }
    'config get' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('profile,api_url,cache,timeout,ca_bundle,keyring,output,no_input,autostart,config_dir,state_dir')
    }
    'config set' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('profile,api_url,cache,timeout,ca_bundle,keyring,output,no_input,autostart,config_dir,state_dir', '')
    }
    'config unset' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('profile,api_url,cache,timeout,ca_bundle,keyring,output,no_input,autostart,config_dir,state_dir')
    }
    'config path' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'link' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'unlink' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @()
    }
    'api' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-f'; About = 'A field of the body, or of a GET''s query; may be repeated.' }
            @{ Text = '--field'; About = 'A field of the body, or of a GET''s query; may be repeated.' }
            @{ Text = '--input'; About = 'The body, as JSON, out of a file; - is stdin.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-f' = ''; '--field' = ''; '--input' = '@files'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('GET,POST,PUT,PATCH,DELETE', '')
    }
    'create' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--from-env'; About = 'Take the connection string from the environment, else from .env here.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--variable'; About = 'The variable that --from-env reads.' }
            @{ Text = '--type'; About = 'postgres, mysql, mariadb or mssql.' }
            @{ Text = '--host'; About = 'The database''s host.' }
            @{ Text = '--port'; About = 'The database''s port.' }
            @{ Text = '--description'; About = 'Words for people.' }
            @{ Text = '--ttl'; About = 'The longest that automation keeps an answer; 0 keeps only what rules name.' }
            @{ Text = '--origin-tls'; About = 'TLS from the edge to the database: disable, prefer, require or verify-full.' }
            @{ Text = '--listen-port'; About = 'A port of its own; 0 takes any.' }
            @{ Text = '--caching'; About = 'Cache answers, or only pass everything through.' }
            @{ Text = '--no-caching'; About = 'Cache answers, or only pass everything through.' }
            @{ Text = '--default'; About = 'autoCached, or uncached: keep only what rules name.' }
            @{ Text = '--mode'; About = 'cache, or observe: serve nothing, and count what would have been served.' }
            @{ Text = '--if-not-exists'; About = 'Use the cache of that name if it has the same database.' }
            @{ Text = '--no-test'; About = 'Do not test the way to the database.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--from-url' = ''; '--variable' = ''; '--type' = 'postgres,mysql,mariadb,mssql'; '--host' = ''; '--port' = ''; '--description' = ''; '--ttl' = ''; '--origin-tls' = 'disable,prefer,require,verify-full'; '--listen-port' = ''; '--default' = 'autoCached,uncached'; '--mode' = 'cache,observe'; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('')
    }
    'list' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--fields' = '' }
        Arguments = @()
    }
    'test' = @{
        Commands = @()
        Flags = @(
            @{ Text = '--query'; About = 'Measure how much faster this read is through the cache.' }
            @{ Text = '--runs'; About = 'With --query: runs each way; by default 100, or what 60 s take.' }
            @{ Text = '--plot'; About = 'With --query: draw all times, as .png or .svg.' }
            @{ Text = '--from-env'; About = 'Take the connection string from the environment, else from .env here.' }
            @{ Text = '--from-url'; About = 'Read the connection string from stdin: --from-url -' }
            @{ Text = '--variable'; About = 'The variable that --from-env reads.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--cache'; About = 'The cache, in place of the argument.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '--query' = ''; '--runs' = ''; '--plot' = '@files'; '--from-url' = ''; '--variable' = ''; '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--cache' = '@caches' }
        Arguments = @('@caches')
    }
    'delete' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-y'; About = 'Do not ask.' }
            @{ Text = '--yes'; About = 'Do not ask.' }
            @{ Text = '--if-exists'; About = 'It is no error when there is no such cache.' }
            @{ Text = '--dry-run'; About = 'Delete nothing; say what would go.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('@caches')
    }
    'cache ls' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '--fields'; About = 'Only these fields of the data, in this order.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = ''; '--fields' = '' }
        Arguments = @()
    }
    'cache rm' = @{
        Commands = @()
        Flags = @(
            @{ Text = '-y'; About = 'Do not ask.' }
            @{ Text = '--yes'; About = 'Do not ask.' }
            @{ Text = '--if-exists'; About = 'It is no error when there is no such cache.' }
            @{ Text = '--dry-run'; About = 'Delete nothing; say what would go.' }
            @{ Text = '-o'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--output'; About = 'How to print the answer: table, json, jsonl, plain, csv. Without a terminal, table is tab-separated text.' }
            @{ Text = '--json'; About = 'The same as --output json.' }
            @{ Text = '-q'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--quiet'; About = 'No notes; of tables, only the ids.' }
            @{ Text = '--no-input'; About = 'Never ask, fail instead.' }
            @{ Text = '--color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-color'; About = 'Force or forbid colour.' }
            @{ Text = '--no-github'; About = 'No workflow commands, even under GitHub Actions.' }
            @{ Text = '--profile'; About = 'The profile to use; see polyscale profile list.' }
            @{ Text = '--timeout'; About = 'How long to wait for the API.' }
            @{ Text = '-h'; About = 'Show this message and exit.' }
            @{ Text = '--help'; About = 'Show this message and exit.' }
        )
        Kinds = @{ '-o' = 'table,json,jsonl,plain,csv'; '--output' = 'table,json,jsonl,plain,csv'; '--profile' = ''; '--timeout' = '' }
        Arguments = @('@caches')
    }
}

function Get-PolyscaleCache {
    $base = Join-Path $HOME '.cache'
    if ($IsMacOS) { $base = Join-Path $HOME 'Library/Caches' }
    if ($env:XDG_CACHE_HOME -and [IO.Path]::IsPathRooted($env:XDG_CACHE_HOME)) { $base = $env:XDG_CACHE_HOME }
    $name = 'cache-names'
    if ($env:POLYSCALE_PROFILE) { $name = "$name-$env:POLYSCALE_PROFILE" }
    $file = Join-Path (Join-Path $base 'polyscale') $name
    if (Test-Path -LiteralPath $file) {
        Get-Content -LiteralPath $file | Where-Object { $_ -cmatch '^[A-Za-z0-9._-]+$' }
    }
}

Register-ArgumentCompleter -Native -CommandName polyscale -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $path = ''
    $position = 0
    $expected = $null
    foreach ($word in $typed) {
        $row = $PolyscaleTable[$path]
        if ($null -ne $expected) { $expected = $null }
        elseif ($word.StartsWith('-')) { if ($row.Kinds.ContainsKey($word)) { $expected = $word } }
        elseif ($PolyscaleTable.ContainsKey("$path $word".Trim())) { $path = "$path $word".Trim() }
        else { $position++ }
    }
    $row = $PolyscaleTable[$path]
    $kind = ''
    $prefix = ''
    $offered = @()
    if ($wordToComplete -match '^(--[^=]+)=' -and $row.Kinds.ContainsKey($Matches[1])) {
        $prefix = $Matches[0]
        $kind = $row.Kinds[$Matches[1]]
    }
    elseif ($null -ne $expected) { $kind = $row.Kinds[$expected] }
    elseif ($wordToComplete.StartsWith('-')) { $offered = $row.Flags }
    elseif ($row.Commands.Count) { $offered = $row.Commands }
    elseif ($position -lt $row.Arguments.Count) { $kind = $row.Arguments[$position] }
    elseif ($row.Arguments.Count -and $row.Arguments[-1].EndsWith('...')) { $kind = $row.Arguments[-1] }

    switch -Regex ($kind -replace '\.\.\.$', '') {
        '^$' { break }
        '^@caches$' { $offered = @(Get-PolyscaleCache | ForEach-Object { @{ Text = $_; About = $_ } }); break }
        '^@' { return }  # files, directories and commands: PowerShell's own
        default { $offered = @($_.Split(',') | ForEach-Object { @{ Text = $_; About = $_ } }) }
    }
    $offered | Where-Object { "$prefix$($_.Text)".StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new(
            "$prefix$($_.Text)", $_.Text, 'ParameterValue', $_.About)
    }
}
