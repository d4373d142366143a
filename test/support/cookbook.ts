import { readFileSync } from 'node:fs'

/** A command and its call. */
export interface CookbookRow {
  readonly command: string
  readonly call: string
}

/** A section of docs/cookbook.md. */
export interface CookbookSection {
  readonly title: string
  readonly rows: readonly CookbookRow[]
  /** Number of lines of its table. */
  readonly lines: number
}

/** Returns the sections of docs/cookbook.md that have a table. */
export function cookbookSections(): CookbookSection[] {
  const page = readFileSync(new URL('../../docs/cookbook.md', import.meta.url), 'utf8')
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      title: text.slice(0, text.indexOf('\n')),
      rows: [...text.matchAll(/^\| `([^`]+)`\s+\| `([^`]+)`\s+\|$/gm)].map(([, command = '', call = '']) => ({
        ...{ command, call },
      })),
      lines: text.split('\n').filter((line) => line.startsWith('| `')).length,
    }))
    .filter(({ lines }) => lines > 0)
}
