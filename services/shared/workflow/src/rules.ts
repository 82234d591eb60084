import type { Rule, Situation } from './workflow';

/** State of a business window at an instant, as a policy profile gives it. */
export interface WindowState {
  open: boolean;
  opensAt: Date | null;
  closesAt: Date | null;
  rule: string;
}

const day = (at: Date | null) => (at ? new Date(at.getTime() + 8 * 3600_000).toISOString().slice(0, 10) : '');

/** The function works only inside the window the calendar gives (GEN-FLOW-07). `read` finds the window in the facts. */
export const windowIsOpen = <R, I, F, A>(name: string, title: { zh: string; en: string }, read: (s: Situation<R, I, F, A>) => WindowState): Rule<R, I, F, A> => ({
  name: `${name} window is open`,
  cites: 'GEN-FLOW-07',
  code: 'WINDOW_CLOSED',
  allows: (s) => read(s).open,
  message: (s) => {
    const { opensAt, closesAt } = read(s);
    return {
      zh: `${title.zh}不在开放时间内（${day(opensAt)} 至 ${day(closesAt)}）`,
      en: `${title.en} is outside its window (${day(opensAt)} to ${day(closesAt)})`,
    };
  },
  details: (s) => {
    const { opensAt, closesAt, rule } = read(s);
    return { window: name, opensAt: opensAt?.toISOString() ?? null, closesAt: closesAt?.toISOString() ?? null, windowRule: rule };
  },
});
