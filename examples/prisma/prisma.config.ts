import "dotenv/config";
import { defineConfig, env } from "prisma/config";

export default defineConfig({
  schema: "prisma/schema.prisma",
  // Migrations go around the cache.
  datasource: { url: env("DIRECT_URL") },
});
