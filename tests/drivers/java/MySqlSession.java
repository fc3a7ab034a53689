import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One connection of MariaDB Connector/J, driven by lines: a word and
 * what it takes in Base64; see tests/drivers/mysql/sessions/processes.py.
 */
public class MySqlSession {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    private MySqlSession(String address) throws SQLException {
        Properties how = new Properties();
        how.put("user", field(address, "user"));
        how.put("password", field(address, "password"));
        how.put("allowMultiQueries", "true");
        how.put("allowPublicKeyRetrieval", "true");
        if (field(address, "encrypted").equals("true")) {
            how.put("useSsl", "true");
            how.put("trustServerCertificate", "true");
        }
        connection = DriverManager.getConnection(
                "jdbc:mariadb://" + field(address, "host") + ":" + field(address, "port") + "/" + field(address, "database"), how);
    }

    public static void main(String[] arguments) throws Exception {
        MySqlSession session = new MySqlSession(System.getenv("DATABASE_URL"));
        say("{\"rows\":[]}");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            List<Object> values = new ArrayList<>();
            for (String word : List.of(words).subList(1, words.length)) {
                values.add(value(new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8)));
            }
            try {
                say("{\"rows\":" + session.answer(words[0], values) + "}");
            } catch (SQLException error) {
                // It puts the connection before what the server said.
                String message = error.getMessage().replaceFirst("^\\(conn=\\d+\\) ", "");
                say("{\"error\":{\"code\":" + text(error.getSQLState()) + ",\"message\":"
                        + text(error.getErrorCode() + ": " + message) + "}}");
            }
        }
        session.connection.close();
    }

    private String answer(String what, List<Object> values) throws SQLException {
        switch (what) {
            case "query":
                return query(values.get(0).toString(), values.subList(1, values.size()));
            case "prepared":
                return prepared(values.get(0).toString(), values.subList(1, values.size()));
            case "several":
                return several(values.get(0).toString());
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
            case "encrypted":
                return "[[null]]";
            default:
                throw new IllegalArgumentException(what);
        }
    }

    private String query(String sql, List<Object> parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return run(statement, parameters);
        }
    }

    /** By the driver's own word for it: its option would hold for all statements of the connection. */
    private String prepared(String sql, List<Object> parameters) throws SQLException {
        if (!prepared.containsKey(sql)) {
            prepared.put(sql, connection.unwrap(org.mariadb.jdbc.MariaDbConnection.class).serverPrepareStatement(sql));
        }
        return run(prepared.get(sql), parameters);
    }

    private static String run(PreparedStatement statement, List<Object> parameters) throws SQLException {
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

    private String several(String sql) throws SQLException {
        List<String> results = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    try (ResultSet found = statement.getResultSet()) {
                        results.add("[" + rows(found) + "]");
                    }
                }
                rows = statement.getMoreResults();
            }
        }
        return "[" + String.join(",", results) + "]";
    }

    private static String rows(ResultSet found) throws SQLException {
        int columns = found.getMetaData().getColumnCount();
        List<String> rows = new ArrayList<>();
        while (found.next()) {
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= columns; column++) {
                Object value = found.getObject(column);
                row.add(value instanceof Integer || value instanceof Long || value instanceof Boolean
                        ? value.toString() : text(value instanceof byte[] ? hexadecimal((byte[]) value) : found.getString(column)));
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
            default:
                return parts[1];
        }
    }

    private static String field(String address, String name) {
        Matcher found = Pattern.compile("\"" + name + "\": \"?([^\",}]*)").matcher(address);
        if (!found.find()) {
            throw new IllegalArgumentException(name);
        }
        return found.group(1);
    }

    private static String hexadecimal(byte[] value) {
        StringBuilder said = new StringBuilder();
        for (byte each : value) {
            said.append(String.format("%02x", each));
        }
        return said.toString();
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
