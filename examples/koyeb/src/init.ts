// Makes the table, and fills it. Running it again changes nothing.

import { prisma } from "./client";

await prisma.$executeRaw`CREATE TABLE IF NOT EXISTS planets (id int PRIMARY KEY, name text NOT NULL)`;
await prisma.planet.createMany({
  data: ["Mercury", "Venus", "Mars"].map((name, index) => ({ id: index + 1, name })),
  skipDuplicates: true,
});
await prisma.$disconnect();
