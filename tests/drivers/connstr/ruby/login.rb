# Logs in with what `polyscale connstr` wrote for Rails, as its adapters do.
# In: a JSON array of [driver, text]. Out: for each, who the server says it is.
require "erb"
require "json"
require "mysql2"
require "pg"
require "yaml"

WHO = "SELECT current_user AS who"

def postgresql(config)
  parameters = config.transform_keys(user: :user, username: :user, database: :dbname)
  # Rails hands on what libpq knows, and nothing else.
  connection = PG.connect(parameters.slice(*PG::Connection.conndefaults_hash.keys))
  connection.exec(WHO)[0]["who"]
ensure
  connection&.close
end

def mysql2(config)
  client = Mysql2::Client.new(config)
  client.query(WHO).first["who"]
ensure
  client&.close
end

answers = JSON.parse($stdin.read).map do |_, text|
  config = YAML.safe_load(ERB.new(text).result)["production"].transform_keys(&:to_sym)
  send(config[:adapter], config)
rescue StandardError => error
  "#{error.class}: #{error.message}"
end
puts JSON.generate(answers)
