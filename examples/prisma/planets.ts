import "dotenv/config";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/prisma/client";

// Through the cache.
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) });

try {
  for (let i = 0; i < 4; i++) await prisma.planet.findMany({ orderBy: { id: "asc" } });
  console.log(JSON.stringify(await prisma.planet.findMany({ orderBy: { id: "asc" } })));

  // A write through the edge: the next read has it.
  await prisma.planet.update({ where: { id: 3 }, data: { name: "Ares" } });
  console.log(JSON.stringify(await prisma.planet.findMany({ orderBy: { id: "asc" } })));
} finally {
  await prisma.$disconnect();
}
