// Finds dead links in Markdown: files and headings that do not exist.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import GithubSlugger from 'github-slugger'
import { fromMarkdown } from 'mdast-util-from-markdown'

/** Calls `found` with each node of a tree. */
function visit(node, found) {
  found(node)
  for (const child of node.children ?? []) visit(child, found)
}

/** Returns the nodes of a page. Each has its position in the text. */
export function nodesOf(text) {
  const nodes = []
  visit(fromMarkdown(text), (node) => nodes.push(node))
  return nodes
}

export const isAbsolute = (target) => /^[a-z][a-z+.-]*:/i.test(target)

/** Returns the text of a node without marks. */
export const textOf = (node) => node.value ?? (node.children ?? []).map(textOf).join('')

/** Returns the values of attributes in HTML: `attributesOf(html, 'id')`. */
const attributesOf = (html, name) =>
  [...html.matchAll(new RegExp(`\\b(?:${name})="([^"]*)"`, 'g'))].map(([, value]) => value)

/** Returns the links of a page with their lines, and the anchors of its headings as GitHub and the site name them. */
function readPage(text) {
  const slugger = new GithubSlugger()
  const page = { links: [], anchors: new Set() }
  for (const node of nodesOf(text)) {
    const { type, url, value, position } = node
    const link = (target) => page.links.push({ target, line: position.start.line })
    if (type === 'heading') page.anchors.add(slugger.slug(textOf(node)))
    if (type === 'link' || type === 'image' || type === 'definition') link(url)
    if (type === 'html') {
      for (const target of attributesOf(value, 'href|src')) link(target)
      for (const anchor of attributesOf(value, 'id|name')) page.anchors.add(anchor)
    }
  }
  return page
}

/** Returns the file that displays a path of the repository: for a folder its README, if it has one. */
function shownFile(root, target) {
  const readme = posix.join(target, 'README.md')
  return statSync(resolve(root, target)).isDirectory() && existsSync(resolve(root, readme)) ? readme : target
}

/** Checks pages below `root`. Each page is read once. */
class LinkCheck {
  #pages = new Map()

  constructor(root) {
    this.root = root
  }

  page(file) {
    const known = this.#pages.get(file) ?? readPage(readFileSync(resolve(this.root, file), 'utf8'))
    this.#pages.set(file, known)
    return known
  }

  /** Returns the reason why a link of a page is dead; undefined if it is valid, or leads to another site. */
  reason(file, target) {
    if (isAbsolute(target)) return undefined
    const [, encoded, fragment] = /^([^#]*)(?:#(.*))?$/.exec(target)
    if (encoded.startsWith('/')) return 'expected a relative path'
    const to = encoded === '' ? file : posix.join(posix.dirname(file), decodeURIComponent(encoded)).replace(/\/$/, '')
    if (to.startsWith('..')) return 'expected a path in the repository'
    if (!existsSync(resolve(this.root, to))) return 'no such file'
    if (fragment === undefined) return undefined
    const shown = shownFile(this.root, to)
    if (!shown.endsWith('.md')) return `${shown} has no headings`
    return this.page(shown).anchors.has(decodeURIComponent(fragment)) ? undefined : `${shown} has no such heading`
  }
}

/** Returns the dead links of pages, as lines with file, line, target and reason. Links to other sites are not followed. */
export function deadLinks(root, files) {
  const check = new LinkCheck(root)
  return files.flatMap((file) =>
    check.page(file).links.flatMap(({ target, line }) => {
      const reason = check.reason(file, target)
      return reason === undefined ? [] : [`${file}:${line}: ${target}: ${reason}`]
    }),
  )
}
