import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.postgresql.PGConnection;

/** One connection of pgjdbc, driven by lines: a word and what it takes in Base64; see tests/drivers/sessions/processes.py. */
public class Session {
    private final Connection connection;
    private Statement running;
    private CompletableFuture<String> outcome;

    private Session(String url) throws SQLException {
        connection = DriverManager.getConnection(url);
    }

    public static void main(String[] arguments) throws Exception {
        Session session = new Session(System.getenv("DATABASE_URL"));
        say("{\"rows\":[]}");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            List<Object> values = new ArrayList<>();
            for (String word : Arrays.asList(words).subList(1, words.length)) {
                values.add(value(new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8)));
            }
            try {
                say("{\"rows\":" + session.answer(words[0], values) + "}");
            } catch (SQLException error) {
                String message = error.getMessage().replaceFirst("^ERROR: ", "").split("\n")[0];
                say("{\"error\":{\"code\":" + text(error.getSQLState()) + ",\"message\":" + text(message) + "}}");
            }
        }
        session.connection.close();
    }

    private String answer(String what, List<Object> values) throws Exception {
        String first = values.isEmpty() ? "" : values.get(0).toString();
        PGConnection driver = connection.unwrap(PGConnection.class);
        switch (what) {
            case "query":
                return query(first, values.subList(1, values.size()), 0);
            case "begin":
                connection.setAutoCommit(false);
                return "[]";
            case "commit":
                connection.commit();
                connection.setAutoCommit(true);
                return "[]";
            case "rollback":
                connection.rollback();
                connection.setAutoCommit(true);
                return "[]";
            case "start":
                running = connection.createStatement();
                outcome = CompletableFuture.supplyAsync(() -> {
                    try {
                        running.execute(first);
                        return "[]";
                    } catch (SQLException error) {
                        throw new IllegalStateException(error);
                    }
                });
                return "[]";
            case "cancel":
                running.cancel();
                try {
                    return outcome.get();
                } catch (ExecutionException error) {
                    throw (SQLException) error.getCause().getCause();
                }
            case "copy_in":
                driver.getCopyAPI().copyIn(first, new StringReader(values.get(1).toString()));
                return "[]";
            case "copy_out":
                StringWriter said = new StringWriter();
                driver.getCopyAPI().copyOut(first, said);
                return "[[" + text(said.toString()) + "]]";
            case "listen":
                return query("LISTEN " + first, List.of(), 0);
            case "heard":
                return "[[" + text(driver.getNotifications(30000)[0].getParameter()) + "]]";
            case "streamed":
                connection.setAutoCommit(false);
                String rows = query(first, List.of(), ((Long) values.get(1)).intValue());
                connection.commit();
                connection.setAutoCommit(true);
                return rows;
            case "encrypted":
                return "[[null]]";
            default:
                throw new IllegalArgumentException(what);
        }
    }

    private String query(String sql, List<Object> parameters, int size) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql.replaceAll("\\$\\d+", "?"))) {
            statement.setFetchSize(size);
            for (int number = 0; number < parameters.size(); number++) {
                statement.setObject(number + 1, parameters.get(number));
            }
            if (!statement.execute()) {
                return "[]";
            }
            try (ResultSet found = statement.getResultSet()) {
                return rows(found);
            }
        }
    }

    private static String rows(ResultSet found) throws SQLException {
        int columns = found.getMetaData().getColumnCount();
        List<String> rows = new ArrayList<>();
        while (found.next()) {
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= columns; column++) {
                Object value = found.getObject(column);
                row.add(value instanceof Integer || value instanceof Long || value instanceof Boolean
                        ? value.toString() : text(found.getString(column)));
            }
            rows.add("[" + String.join(",", row) + "]");
        }
        return "[" + String.join(",", rows) + "]";
    }

    private static Object value(String word) {
        String[] parts = word.split(":", 2);
        switch (parts[0]) {
            case "int":
                return Long.valueOf(parts[1]);
            case "float":
                return Double.valueOf(parts[1]);
            case "bool":
                return Boolean.valueOf(parts[1]);
            default:
                return parts[1];
        }
    }

    private static String text(String value) {
        if (value == null) {
            return "null";
        }
        StringBuilder said = new StringBuilder("\"");
        for (char each : value.toCharArray()) {
            said.append(each < ' ' || each == '"' || each == '\\' || each > '~' ? String.format("\\u%04x", (int) each) : each);
        }
        return said.append('"').toString();
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
