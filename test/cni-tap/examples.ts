import { readFileSync } from 'node:fs'

/** Returns the text of a page of docs/cni. */
export const pageOf = (name: string): string =>
  readFileSync(new URL(`../../docs/cni/${name}.md`, import.meta.url), 'utf8')

/** Returns the JSON examples of a page. */
export const examplesOf = (page: string): Record<string, unknown>[] =>
  [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text = '']) => JSON.parse(text))

/** Returns the configurations of the plugins in a list, or the configuration itself. */
export const pluginsOf = (example: Record<string, unknown>): Record<string, unknown>[] =>
  (example.plugins as Record<string, unknown>[] | undefined) ?? [example]
