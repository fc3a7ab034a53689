<?php
// One PDO connection, driven by lines of JSON; see tests/drivers/sessions/processes.py for what may be asked.
// DATABASE_URL holds the expression that `polyscale connstr` writes for PDO.

$pdo = (function () { return eval('return ' . getenv('DATABASE_URL')); })();
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$prepared = [];

/** The rows of a statement; each is prepared once, and stays. */
function rows(string $sql, array $parameters): array {
    global $pdo, $prepared;
    $prepared[$sql] ??= $pdo->prepare(preg_replace('/\$\d+/', '?', $sql));
    $statement = $prepared[$sql];
    foreach ($parameters as $number => $value) {
        $type = is_bool($value) ? PDO::PARAM_BOOL : (is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
        $statement->bindValue($number + 1, $value, $type);
    }
    $statement->execute();
    // A bytea is a stream.
    $plain = fn ($value) => is_resource($value) ? bin2hex(stream_get_contents($value)) : $value;
    $found = $statement->columnCount() ? $statement->fetchAll(PDO::FETCH_NUM) : [];
    return array_map(fn ($row) => array_map($plain, $row), $found);
}

function answer(array $request): array {
    global $pdo;
    switch ($request['do']) {
        case 'query': return rows($request['sql'], $request['parameters'] ?? []);
        case 'begin': $pdo->beginTransaction(); return [];
        case 'commit': $pdo->commit(); return [];
        case 'rollback': $pdo->rollBack(); return [];
        case 'copy_in':
            $pdo->pgsqlCopyFromArray(explode(' ', $request['sql'])[1], explode("\n", rtrim($request['text'], "\n")));
            return [];
        case 'copy_out':
            preg_match('/\((.*)\)/', $request['sql'], $inner);
            return array_map(fn ($line) => [$line], $pdo->pgsqlCopyToArray("({$inner[1]})"));
        case 'listen': $pdo->exec("LISTEN {$request['channel']}"); return [];
        case 'heard': return [[$pdo->pgsqlGetNotify(PDO::FETCH_ASSOC, 30000)['payload']]];
        case 'encrypted': return [[null]];
    }
}

function say(array $answer): void {
    echo json_encode($answer, JSON_THROW_ON_ERROR), "\n";
    flush();
}

say(['rows' => []]);
while (($line = fgets(STDIN)) !== false) {
    try {
        say(['rows' => answer(json_decode($line, true))]);
    } catch (PDOException $error) {
        // The message is "SQLSTATE[…]: class: 7 ERROR:  what it is\nLINE …".
        preg_match('/ERROR:  (.*)/', $error->getMessage(), $said);
        say(['error' => ['code' => $error->getCode(), 'message' => $said[1] ?? $error->getMessage()]]);
    }
}
