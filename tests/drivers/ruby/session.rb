# One connection of Ruby's pg, driven by lines of JSON; see tests/drivers/sessions/processes.py for what may be asked.
# DATABASE_URL holds what `polyscale connstr` writes for Rails.
require "erb"
require "json"
require "pg"
require "yaml"

config = YAML.safe_load(ERB.new(ENV.fetch("DATABASE_URL")).result)["production"].transform_keys(&:to_sym)
parameters = config.transform_keys(username: :user, database: :dbname)
CONNECTION = PG.connect(parameters.slice(*PG::Connection.conndefaults_hash.keys))
CONNECTION.set_notice_processor { |_| }

def answer(request)
  case request["do"]
  when "query" then rows_of(request["sql"], request.fetch("parameters", []))
  when "begin", "commit", "rollback" then rows_of(request["do"], [])
  when "start"
    CONNECTION.send_query(request["sql"])
    []
  when "cancel"
    CONNECTION.cancel
    CONNECTION.get_last_result&.values || []
  when "copy_in"
    CONNECTION.copy_data(request["sql"]) { CONNECTION.put_copy_data(request["text"]) }
    []
  when "copy_out"
    lines = []
    CONNECTION.copy_data(request["sql"]) { while (line = CONNECTION.get_copy_data) do lines << [line.force_encoding("UTF-8")] end }
    lines
  when "listen" then rows_of("LISTEN #{request["channel"]}", [])
  when "heard"
    payload = nil
    CONNECTION.wait_for_notify(30) { |_, _, said| payload = said }
    [[payload]]
  when "encrypted" then [[CONNECTION.ssl_in_use?]]
  end
end

def rows_of(sql, parameters)
  return CONNECTION.exec(sql).values if parameters.empty?

  CONNECTION.exec_params(sql, parameters.map { |value| value.nil? ? nil : value.to_s }).values
end

def say(answer)
  puts JSON.generate(answer)
  $stdout.flush
end

say({ rows: [] })
$stdin.each_line do |line|
  say({ rows: answer(JSON.parse(line)) })
rescue PG::Error => error
  result = error.result
  code = result&.error_field(PG::Result::PG_DIAG_SQLSTATE)
  say({ error: { code: code, message: result&.error_field(PG::Result::PG_DIAG_MESSAGE_PRIMARY) || error.message } })
end
CONNECTION.close
