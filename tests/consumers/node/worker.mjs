// A Worker that answers with its variables, and with what its Hyperdrive binding says of the database.
export default {
  async fetch(_request, env) {
    const { DB, ...variables } = env;
    const { user, password, database } = DB;
    return Response.json({ variables, hyperdrive: { user, password, database } });
  },
};
