# One connection of Ruby's mysql2, driven by lines of JSON; see tests/drivers/mysql/sessions/processes.py for what may be
# asked. DATABASE_URL holds the address as JSON.
require "json"
require "mysql2"

address = JSON.parse(ENV.fetch("DATABASE_URL"))
CONNECTION = Mysql2::Client.new(
  host: address["host"], port: address["port"], username: address["user"], password: address["password"],
  database: address["database"], encoding: "utf8mb4", as: :array, flags: Mysql2::Client::MULTI_STATEMENTS,
  # Debian's library takes any cipher for a wish for TLS, and knows no mode.
  **(address["encrypted"] ? { sslcipher: "DEFAULT", sslverify: false } : {})
)
PREPARED = {}

def answer(request)
  case request["do"]
  when "query" then plain(CONNECTION.query(with_literals(request["sql"], request["parameters"])))
  when "prepared"
    statement = PREPARED[request["sql"]] ||= CONNECTION.prepare(request["sql"])
    plain(statement.execute(*request["parameters"], as: :array))
  when "several"
    found = [CONNECTION.query(request["sql"])]
    found << CONNECTION.store_result while CONNECTION.next_result
    found.compact.map { |result| [plain(result)] }
  when "begin", "commit", "rollback" then plain(CONNECTION.query(request["do"]))
  when "encrypted" then [[!CONNECTION.ssl_cipher.to_s.empty?]]
  end
end

def with_literals(sql, parameters)
  rest = sql.split("?", -1)
  parameters.each_with_index.inject(rest.first) do |text, (value, number)|
    text + (value.is_a?(String) ? "'#{CONNECTION.escape(value)}'" : value.to_s) + rest[number + 1]
  end
end

def plain(result)
  (result || []).map { |row| row.map { |value| binary?(value) ? value.unpack1("H*") : value.is_a?(BigDecimal) ? value.to_s : value } }
end

def binary?(value)
  value.is_a?(String) && (value.encoding == Encoding::BINARY || !value.valid_encoding?)
end

def say(answer)
  puts JSON.generate(answer)
  $stdout.flush
end

say({ rows: [] })
$stdin.each_line do |line|
  say({ rows: answer(JSON.parse(line)) })
rescue Mysql2::Error => error
  # A session goes on after a statement of several that failed.
  CONNECTION.abandon_results!
  say({ error: { code: error.sql_state, message: "#{error.errno}: #{error.message}" } })
end
CONNECTION.close
