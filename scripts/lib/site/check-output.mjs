// Checks the written site: links, and that its pages load nothing from other sites.
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const values = (html, pattern) => [...html.matchAll(pattern)].map(([, value]) => value.replaceAll('&amp;', '&'))

/** Returns what a page loads, what it links, and the IDs that links can name. */
const partsOf = (html) => ({
  loaded: values(html, /<(?:script|img|iframe|source|use|link)\b[^>]*?\s(?:src|href)="([^"]*)"/g),
  linked: values(html, /<a\b[^>]*?\shref="([^"]*)"/g),
  ids: new Set(values(html, /\s(?:id|name)="([^"]*)"/g)),
})

const isOnOtherSite = (target) => /^(?:[a-z][a-z+.-]*:)?\/\//i.test(target)

/** Returns the faults of the pages below a folder: dead links, and parts that are on other sites. */
export function faultsOf(root) {
  const files = new Set(readdirSync(root, { recursive: true }))
  const pages = new Map(
    [...files]
      .filter((file) => file.endsWith('.html'))
      .map((file) => [file, partsOf(readFileSync(join(root, file), 'utf8'))]),
  )
  const reason = (file, target) => {
    const [encoded, fragment] = target.split('#')
    const to = encoded === '' ? file : posix.join(posix.dirname(file), decodeURIComponent(encoded))
    if (!files.has(to)) return 'no such file'
    const page = pages.get(to)
    return !page || !fragment || page.ids.has(decodeURIComponent(fragment)) ? undefined : 'no such anchor'
  }
  return [...pages].flatMap(([file, { loaded, linked }]) => [
    ...loaded.filter(isOnOtherSite).map((target) => `${file}: ${target}: a page must not load parts of other sites`),
    ...[...loaded, ...linked]
      .filter((target) => !isOnOtherSite(target) && !/^(?:mailto|data):/.test(target))
      .flatMap((target) => {
        const why = reason(file, target)
        return why ? [`${file}: ${target}: ${why}`] : []
      }),
  ])
}
