// Copies the documentation for typedoc: pages with titles and chapters, and a page for each other file that a page links.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import { path } from '../repo.mjs'
import { chapters, start } from './contents.mjs'
import { isAbsolute, nodesOf, textOf } from './links.mjs'
import { page, plain } from './markdown.mjs'

const isFolder = (target) => statSync(path(target)).isDirectory()

/** Returns the file of the page that shows a file or folder of the repository. */
function pageOf(target) {
  if (target.endsWith('.md')) return target
  if (!isFolder(target)) return `${target}.md`
  return existsSync(path(target, 'README.md')) ? `${target}/README.md` : `${target}/index.md`
}

/** Returns the replacement of a link to a file, and the file. */
function relink(file, source, url) {
  const [target, fragment] = url.split('#')
  const to = posix.join(posix.dirname(file), target).replace(/\/$/, '')
  const href = posix.relative(posix.dirname(file), pageOf(to)) + (fragment === undefined ? '' : `#${fragment}`)
  const at = source.lastIndexOf(`(${url}`)
  return { text: `${source.slice(0, at)}(${href}${source.slice(at + 1 + url.length)}`, to }
}

/**
 * Rewrites a page for typedoc. Links to files lead to their pages. Headings lose their code marks: typedoc derives IDs from the
 * text that is not code, GitHub from all of it, and links must work on both. Also returns linked files and pictures.
 */
function rewrite(file, text) {
  const needs = []
  const pictures = []
  const edits = []
  for (const { type, url = '', position, ...node } of nodesOf(text)) {
    const [from, to] = [position.start.offset, position.end.offset]
    const edit = (replacement) => edits.push({ from, to, text: replacement })
    const isFile = !isAbsolute(url) && !url.startsWith('#')
    if (type === 'heading') edit(`${'#'.repeat(node.depth)} ${plain(textOf(node))}`)
    if (type === 'image' && isFile) pictures.push(posix.join(posix.dirname(file), url))
    if (type === 'link' && isFile) {
      const link = relink(file, text.slice(from, to), url)
      needs.push(link.to)
      edit(link.text)
    }
  }
  const rewritten = edits
    .reverse()
    .reduce((all, { from, to, text: part }) => all.slice(0, from) + part + all.slice(to), text)
  return { text: rewritten, needs, pictures }
}

const languages = { mjs: 'javascript', ts: 'typescript', yaml: 'yaml', json: 'json' }

/** Returns a page with the text of a file, or with the files of a folder. */
function sourcePage(target) {
  const file = pageOf(target)
  const shared = { title: target, pictures: [] }
  if (isFolder(target)) {
    const names = readdirSync(path(target)).filter((name) => !isFolder(`${target}/${name}`))
    const lines = names.map((name) => `- [${name}](${posix.basename(pageOf(`${target}/${name}`))})`)
    return { ...page(file, target, lines), ...shared, needs: names.map((name) => `${target}/${name}`) }
  }
  const language = languages[posix.extname(target).slice(1)] ?? 'text'
  const fence = '`````' // longer than any in the files
  const lines = [fence + language, readFileSync(path(target), 'utf8').trimEnd(), fence]
  return { ...page(file, target, lines), ...shared, needs: [] }
}

/** Returns a page of the documentation. */
function docPage(file) {
  const [, title, body] = /^# (.*)\n([\s\S]*)$/.exec(readFileSync(path(file), 'utf8')) ?? []
  if (title === undefined) throw new Error(`${file}:1: expected a title (# …)`)
  const { text, ...others } = rewrite(file, body)
  // The first page has the title of the site.
  const made = file === start ? { file, text } : page(file, title.replaceAll('`', ''), [text])
  return { ...made, title, ...others }
}

/** Returns the page of a chapter, which lists its pages. */
function chapterPage({ title, text, pages: files }, index, pages) {
  const lines = files.map((file) => `- [${pages.get(file).title}](${file})`)
  return page(`chapter-${index}.md`, title, [text, '', ...lines], files)
}

/** The pages of `docs`. */
const documentation = () =>
  readdirSync(path('docs'), { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)

/**
 * Returns the pages of the documentation and of linked files, the pages of the chapters, and the files of pictures. Pages of `docs`
 * and linked files that are in no chapter get chapters of their own.
 */
export function docPages() {
  const pages = new Map()
  const add = (target) => {
    const file = pageOf(target)
    if (pages.has(file)) return
    const made = existsSync(path(file)) ? docPage(file) : sourcePage(target)
    pages.set(file, made)
    for (const each of made.needs) add(each)
  }
  const listed = new Set([start, ...chapters.flatMap((chapter) => chapter.pages)])
  const more = documentation().filter((file) => !listed.has(file))
  for (const file of [...listed, ...more]) add(file)
  const others = [...pages.keys()].filter((file) => !listed.has(file) && !more.includes(file)).sort()
  const all = [
    ...chapters,
    ...(more.length > 0 ? [{ title: 'More', text: 'Other pages.', pages: more }] : []),
    { title: 'Examples and files', text: 'Files that other pages link.', pages: others },
  ]
  return {
    pages: [...pages.values()],
    chapters: all.map((chapter, index) => chapterPage(chapter, index, pages)),
    pictures: [...new Set([...pages.values()].flatMap(({ pictures }) => pictures))],
  }
}
