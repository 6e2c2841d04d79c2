/** Units and categories of the city pack, asked for once a page. */
import { get } from "@/api/client";
import type { components } from "@/api/schema";

export type Unit = components["schemas"]["UnitView"];

let units: Promise<Unit[]> | null = null;
export function allUnits(): Promise<Unit[]> {
  units ??= get("/v1/units").then((reply) => reply.data.items.filter((unit) => unit.valid_now)).catch((error: unknown) => {
    units = null;
    throw error;
  });
  return units;
}
/** The unit that somebody means: by its name or another of its names, or by a part of one that no other unit has. */
export function unitNamed(units: readonly Unit[], typed: string): Unit | undefined {
  const called = (unit: Unit): string[] => [unit.name, ...unit.aliases];
  const exact = units.find((unit) => called(unit).includes(typed));
  const near = typed.length > 1 ? units.filter((unit) => called(unit).some((name) => name.includes(typed))) : [];
  return exact ?? (near.length === 1 ? near[0] : undefined);
}
/** A 街乡 as people say it, so that words about a place are understood; empty where it is not known. */
export async function streetName(id: string | null): Promise<string> {
  if (!id) return "";
  return (await allUnits().catch(() => [])).find((unit) => unit.id === id)?.name.replace(/办事处$/, "") ?? "";
}
let categories: Promise<string[]> | null = null;
export function allCategories(): Promise<string[]> {
  categories ??= get("/v1/categories").then((reply) => reply.data.items.map((item) => item.name)).catch((error: unknown) => {
    categories = null;
    throw error;
  });
  return categories;
}
