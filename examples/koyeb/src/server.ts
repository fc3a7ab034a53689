import express from "express";
import { prisma } from "./client";

const app = express();

app.get("/planets", async (_request, response) => {
  response.json(await prisma.planet.findMany({ orderBy: { id: "asc" } }));
});

const server = app.listen(Number(process.env.PORT ?? 8000), () => {
  console.log("listening on", server.address());
});

// Koyeb ends an instance with SIGTERM: requests that are under way are answered.
process.on("SIGTERM", () => {
  server.close(() => void prisma.$disconnect());
  server.closeIdleConnections();
});
