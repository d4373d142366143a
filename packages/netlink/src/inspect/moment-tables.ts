import { type CommonKind, commonKinds, kinds } from '../cache/kinds.js'
import { describe } from '../codec/index.js'
import { type LinkMessage, rtnetlink } from '../route/index.js'
import { isIndex } from './acknowledged.js'
import { inWords } from './inline.js'
import type { MomentObjects } from './moment.js'
import { linkName, type Names } from './names.js'
import { cellOf, type Row } from './table/columns.js'
import { columnsByKind } from './table/kinds.js'

/** A table of objects of one kind. */
export interface MomentTable {
  /** `links`, `routes`, … */
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Number of objects. The table may contain only the first ones. */
  readonly count: number
}

const titles: Readonly<Record<CommonKind, string>> = {
  link: 'links',
  address: 'addresses',
  route: 'routes',
  neighbour: 'neighbours',
  rule: 'rules',
  nexthop: 'nexthops',
}

/** Returns the first `most` objects of each kind as tables, with the columns of `netloom dump`. Kinds without objects have none. */
export function momentTables(objects: MomentObjects, names: Names, most = Number.POSITIVE_INFINITY): MomentTable[] {
  const links = objects.stores.link.objects
  const nameOf = (index: number) => links.get(String(index))?.attrs.ifname ?? linkName(index, names)
  return commonKinds.flatMap((kind) => {
    const title = titles[kind]
    const columns = columnsByKind[title] ?? []
    const declaration = rtnetlink.messages[`RTM_NEW${kinds[kind].noun}` as 'RTM_NEWLINK'][1]
    const all = [...objects.stores[kind].objects.values(), ...(kind === 'link' ? objects.unnumbered : [])]
    const rows = all.slice(0, most).map((object) => {
      const described = describe(declaration, object, inWords) as Row
      const row =
        kind === 'link' && !isIndex((object as LinkMessage).index) ? { ...described, index: undefined } : described
      return columns.map((column) => cellOf(column, row, nameOf))
    })
    return rows.length === 0 ? [] : [{ title, columns: columns.map((column) => column.title), rows, count: all.length }]
  })
}
