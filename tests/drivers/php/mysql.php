<?php
// One connection of PDO or mysqli, driven by lines of JSON; see tests/drivers/mysql/sessions/processes.py for what may be
// asked. Usage: DATABASE_URL='{"host": …}' php mysql.php pdo|mysqli

$address = json_decode(getenv('DATABASE_URL'), true);

/** PDO: a query is put together here, and a prepared one by the server. */
class OverPdo
{
    private PDO $connection;
    private array $prepared = [];

    public function __construct(array $to)
    {
        $options = [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION];
        if ($to['encrypted']) {
            $options += [PDO::MYSQL_ATTR_SSL_CIPHER => 'DEFAULT', PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => false];
        }
        $where = "mysql:host={$to['host']};port={$to['port']};dbname={$to['database']};charset=utf8mb4";
        $this->connection = new PDO($where, $to['user'], $to['password'], $options);
    }

    public function query(array $request): array
    {
        $this->connection->setAttribute(PDO::ATTR_EMULATE_PREPARES, true);
        return self::rows($this->connection->prepare($request['sql']), $request['parameters'] ?? []);
    }

    public function prepared(array $request): array
    {
        $this->connection->setAttribute(PDO::ATTR_EMULATE_PREPARES, false);
        $this->prepared[$request['sql']] ??= $this->connection->prepare($request['sql']);
        return self::rows($this->prepared[$request['sql']], $request['parameters'] ?? []);
    }

    private static function rows(PDOStatement $statement, array $parameters): array
    {
        foreach ($parameters as $number => $value) {
            $statement->bindValue($number + 1, $value, is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
        }
        $statement->execute();
        $found = $statement->columnCount() ? $statement->fetchAll(PDO::FETCH_NUM) : [];
        $statement->closeCursor();
        return $found;
    }

    public function begin(): array { $this->connection->beginTransaction(); return []; }

    public function commit(): array { $this->connection->commit(); return []; }

    public function rollback(): array { $this->connection->rollBack(); return []; }
}

/** mysqli. */
class OverMySqli
{
    private mysqli $connection;
    private array $prepared = [];

    public function __construct(private array $to)
    {
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        $this->connection = mysqli_init();
        $how = $to['encrypted'] ? MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT : 0;
        $this->connection->real_connect($to['host'], $to['user'], $to['password'], $to['database'], $to['port'], null, $how);
        $this->connection->set_charset('utf8mb4');
    }

    public function query(array $request): array
    {
        $parts = explode('?', $request['sql']);
        $sql = array_shift($parts);
        foreach ($request['parameters'] ?? [] as $number => $value) {
            $sql .= (is_string($value) ? "'{$this->connection->real_escape_string($value)}'" : json_encode($value)) . $parts[$number];
        }
        return self::rows($this->connection->query($sql));
    }

    public function prepared(array $request): array
    {
        $statement = $this->prepared[$request['sql']] ??= $this->connection->prepare($request['sql']);
        $statement->execute($request['parameters'] ?? []);
        return self::rows($statement->get_result());
    }

    public function several(array $request): array
    {
        $this->connection->multi_query($request['sql']);
        $found = [];
        do {
            if ($result = $this->connection->store_result()) {
                $found[] = [$result->fetch_all()];
            }
        } while ($this->connection->more_results() && $this->connection->next_result());
        return $found;
    }

    private static function rows(mysqli_result|bool $result): array
    {
        return $result instanceof mysqli_result ? $result->fetch_all() : [];
    }

    public function begin(): array { $this->connection->begin_transaction(); return []; }

    public function commit(): array { $this->connection->commit(); return []; }

    public function rollback(): array { $this->connection->rollback(); return []; }

    public function reset(): array
    {
        $this->prepared = [];
        $this->connection->change_user($this->to['user'], $this->to['password'], $this->to['database']);
        $this->connection->set_charset('utf8mb4');
        return [];
    }
}

function say(array $answer): void
{
    // What is no text is shown as bytes.
    array_walk_recursive($answer, function (&$value) {
        $value = is_string($value) && !preg_match('//u', $value) ? bin2hex($value) : $value;
    });
    echo json_encode($answer, JSON_THROW_ON_ERROR), "\n";
    flush();
}

$session = $argv[1] === 'pdo' ? new OverPdo($address) : new OverMySqli($address);
say(['rows' => []]);
while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, true);
    try {
        say(['rows' => $request['do'] === 'encrypted' ? [[null]] : $session->{$request['do']}($request)]);
    } catch (PDOException $error) {
        [$state, $number, $message] = $error->errorInfo;
        say(['error' => ['code' => $state, 'message' => "$number: $message"]]);
    } catch (mysqli_sql_exception $error) {
        say(['error' => ['code' => $error->getSqlState(), 'message' => "{$error->getCode()}: {$error->getMessage()}"]]);
    }
}
