import { readFileSync } from 'node:fs'
import { path } from './repo.mjs'

/** Returns what a target of package.json stands for: `*` in `#domains/*` by each name of the interface `Domains`. */
export function expanded(target) {
  if (!target.includes('*')) return [target]
  const source = readFileSync(path('packages/netlink/src/api/run/domains.ts'), 'utf8')
  const rows = source.match(/interface Domains \{(.*?)\n\}/s)[1].matchAll(/^ {2}readonly (\w+):/gm)
  return [...rows].map(([, domain]) => target.replace('*', domain))
}
