import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { path } from '../repo.mjs'

/** A link of Markdown: its text, target and fragment. */
const link = /\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)/g

const isRelative = (target) => !/^(?:[a-z]+:|\/)/.test(target)

/** Calls `change` with text, target (a path in the repository) and fragment of each relative link outside of code blocks. */
function mapLinks(page, text, change) {
  const parts = text.split(/(^```[\s\S]*?^```)/m)
  const map = (part) =>
    part.replace(link, (whole, words, target, fragment = '') =>
      isRelative(target) ? change(words, posix.join(posix.dirname(page), target), fragment) : whole,
    )
  return parts.map((part, index) => (index % 2 ? part : map(part))).join('')
}

/** Lists the pages of `docs/` that a page links, and what these need to be displayed: their pictures. */
export function linkedPages(readme) {
  const found = new Set()
  const read = (page, wanted) =>
    mapLinks(page, readFileSync(path(page), 'utf8'), (_, target) => {
      if (wanted.test(target) && existsSync(path(target))) found.add(target)
      return ''
    })
  read(readme, /^(?:docs\/.*\.md|examples\/.*)$/)
  for (const page of [...found]) if (page.endsWith('.md')) read(page, /\.svg$/)
  return [...found].sort()
}

/**
 * Returns the text of a page with links that work on npm and in the package.
 *
 * - In a README, which npm's site displays without the files next to it, they lead to the repository on the web.
 * - In other pages, and in a README without a known address, they lead to the files of the package.
 * - What the package does not contain is named as a path, if the address is unknown.
 * @param source path of the page in the repository
 * @param place its path in the package
 * @param carried paths of the files that the package contains, the same as in the repository
 */
export function rewriteLinks({ repository, version }, source, place, carried) {
  return mapLinks(source, readFileSync(path(source), 'utf8'), (words, target, fragment) => {
    const inPackage = carried.includes(target)
    if (repository && (place === 'README.md' || !inPackage))
      return `[${words}](${repository}/blob/v${version}/${target}${fragment})`
    if (inPackage) return `[${words}](${posix.relative(posix.dirname(place), target)}${fragment})`
    return `${words} (\`${target}\` of the repository)`
  })
}
