<?php
// Logs in with what `polyscale connstr` wrote. In: a JSON array of [driver, text]. Out: for each, who the server says it is.
$answers = [];
foreach (json_decode(stream_get_contents(STDIN)) as [$driver, $text]) {
    try {
        $answers[] = (function () use ($text) { return eval("return $text"); })()->query('SELECT current_user')->fetchColumn();
    } catch (Throwable $error) {
        $answers[] = get_class($error) . ': ' . $error->getMessage();
    }
}
echo json_encode($answers);
