import { change, type Operation, undo } from '../run/operation.js'
import type { Rollback } from '../run/rollback.js'
import type { LinkKey } from '../values/link-ref.js'

const request = ({ attrs, ...key }: LinkKey, name: string) => ({
  ...key,
  attrs: { ...attrs, propList: { altIfname: [name] } },
})
const adding = { create: true, excl: true, append: true }

/** Replaces the alternative names of a link, and adds the reverse to `rollback`. */
export function* setAltNames(
  link: LinkKey,
  names: readonly string[],
  before: readonly string[],
  rollback: Rollback,
): Operation<void> {
  for (const name of names.filter((each) => !before.includes(each))) {
    yield* change('RTM_NEWLINKPROP', request(link, name), adding)
    rollback.add(undo('RTM_DELLINKPROP', request(link, name)))
  }
  for (const name of before.filter((each) => !names.includes(each))) {
    yield* change('RTM_DELLINKPROP', request(link, name))
    rollback.add(undo('RTM_NEWLINKPROP', request(link, name), adding))
  }
}
