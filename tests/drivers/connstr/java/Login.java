import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Base64;
import java.util.Scanner;

/** Logs in with what {@code polyscale connstr} wrote: JDBC URLs in, one a line, and who the server says it is out; in Base64. */
public class Login {
    public static void main(String[] arguments) throws Exception {
        Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8);
        while (lines.hasNextLine()) {
            String url = new String(Base64.getDecoder().decode(lines.nextLine()), StandardCharsets.UTF_8);
            System.out.println(Base64.getEncoder().encodeToString(who(url).getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static String who(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet rows = connection.createStatement().executeQuery("SELECT current_user")) {
            rows.next();
            return rows.getString(1);
        } catch (Exception error) {
            return error.toString();
        }
    }
}
