// Pages of structs and constants, one for each header of the kernel.
import { posix } from 'node:path'
import { code, page, plain, table } from './markdown.mjs'
import { constantsHeading, headerFile, PageLinks, structHeading } from './message-links.mjs'
import { Types } from './types.mjs'

const byHeading = (a, b) => (a.heading < b.heading ? -1 : 1)

function structSection(struct, types) {
  let offset = 0
  const rows = Object.entries(struct.members).map(([key, member]) => {
    const at = offset
    offset += member.size
    return [at, member.size, code(key), types.of(member), types.remarks(member, struct.comments[key])]
  })
  return table(['Offset', 'Size', 'Key', 'Type', 'Words and remarks'], rows)
}

const number = (value) => (value > 9 ? `${value} (0x${value.toString(16)})` : String(value))

function constantsSection({ name, values, words, comments }) {
  const rows = Object.entries(values).map(([key, value]) => [
    ...[code(name ? `${name}_${key}` : key), number(value), code(words[key] ?? key.toLowerCase())],
    comments[key] ? plain(comments[key]) : '',
  ])
  return table(['Name', 'Number', 'Word', 'Remarks'], rows)
}

/** Returns the pages, and first their index. */
export function headerPages(catalog, files) {
  const all = [...new Set(catalog.structs.values()), ...catalog.constants.values()]
  const headers = [...new Set(all.map(({ header }) => header))].sort((a = '~', b = '~') => (a < b ? -1 : 1))
  const pages = headers.map((header) => {
    const types = new Types(new PageLinks(catalog, files, headerFile(header)))
    const sections = all
      .filter((each) => each.header === header)
      .map((each) => ({ each, heading: each.members ? structHeading(each) : constantsHeading(each) }))
      .sort(byHeading)
      .flatMap(({ each, heading }) => [
        ...[`## ${heading}`, ''],
        ...(each.comment ? [plain(each.comment), ''] : []),
        ...(each.members ? structSection(each, types) : constantsSection(each)),
      ])
    return page(headerFile(header), header ?? 'Without a header', sections)
  })
  const index = 'messages/headers/index.md'
  const relative = ({ file }) => posix.relative(posix.dirname(index), file)
  const names = headers.map((header, at) => `- [${header ?? 'without a header'}](${relative(pages[at])})`)
  return [page(index, 'Structs and constants', names, pages.map(relative)), ...pages]
}
