import { describe, expect, it } from "vitest";
import { alertsOf, usualSoFar, type Limits } from "@/dashboard/alerts";
import { daysOf, filtersIn, queryOf } from "@/dashboard/filters";
import type { LocationQuery } from "vue-router";
import type { Overview } from "@/dashboard/overview";

const NOW = Date.parse("2026-03-02T16:30:00Z"); // half past midnight on 3 March in Beijing

describe("filters in the address", () => {
  it("counts days in Beijing", () => {
    expect(daysOf("today", NOW)).toEqual({ from: "2026-03-03", to: "2026-03-03" });
    expect(daysOf("7d", NOW)).toEqual({ from: "2026-02-25", to: "2026-03-03" });
    expect(daysOf("month", NOW)).toEqual({ from: "2026-03-01", to: "2026-03-03" });
  });
  it("says nothing that is as it would be anyway", () => {
    expect(queryOf(filtersIn({}, NOW))).toEqual({});
  });
  it("gives back what it was given", () => {
    const said = { period: "custom", from: "2026-01-01", to: "2026-01-31", street: "street-wangjing", channel: "网站" };
    expect(queryOf(filtersIn(said, NOW))).toEqual(said);
  });
  it("takes nonsense for nothing", () => {
    const nonsense: LocationQuery[] = [{ period: "custom", from: "2026-02-01", to: "2026-01-01" }, { period: "ever" }, { period: ["7d", "30d"] }];
    for (const said of nonsense) {
      expect(filtersIn(said, NOW).period).toBe("30d");
    }
  });
});

describe("alerts", () => {
  const limits: Limits = { late: 1, at_risk: 10, surge: 1.5, adoption: 50, connected: 95 };
  const figure = (count: number) => ({ count, list: "/v1/work-orders" });
  const seen = (figures: Record<string, number>, total = { adoption: 0.9, accepted: 20, edited: 0, rejected: 0 }): Overview =>
    ({
      figures: Object.fromEntries(Object.entries(figures).map(([name, count]) => [name, figure(count)])),
      hours: [0, 1, 2].map((hour) => ({ begin: `2026-03-03T0${hour}:00:00+08:00`, usual: 8, ...figure(0) })),
      quality: { total },
    }) as unknown as Overview;
  const names = (overview: Overview, set = limits): string[] => alertsOf(overview, set, NOW).map((alert) => alert.name);

  it("counts what is usual up to this minute", () => {
    expect(usualSoFar(seen({}), NOW)).toBe(4);
  });
  it("speaks from the limit on", () => {
    expect(names(seen({ late: 1, at_risk: 9, today: 9 }))).toEqual(["已超时"]);
    expect(names(seen({ late: 0, at_risk: 10, today: 12 }))).toEqual(["即将超时", "今日受理"]);
  });
  it("is silent where it was told to be", () => {
    expect(names(seen({ late: 9, at_risk: 99, today: 99 }), { late: 0, at_risk: 0, surge: 0, adoption: 0, connected: 0 })).toEqual([]);
  });
  it("speaks of few calls answered only where the telephone platform is connected", () => {
    const with_ = (connected: number | null): Overview => ({ ...seen({ late: 0 }), calls: connected === null ? null : { connected } }) as unknown as Overview;
    expect(names(with_(0.949))).toEqual(["接通率"]);
    expect(names(with_(0.95))).toEqual([]);
    expect(names(with_(null))).toEqual([]);
  });
  it("judges adoption by enough decisions only", () => {
    expect(names(seen({ late: 0 }, { adoption: 0.4, accepted: 8, edited: 0, rejected: 12 }))).toEqual(["采用率"]);
    expect(names(seen({ late: 0 }, { adoption: 0.4, accepted: 4, edited: 0, rejected: 6 }))).toEqual([]);
  });
});
