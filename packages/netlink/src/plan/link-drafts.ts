import { createLink } from '../api/link/create.js'
import { isPair } from '../api/link/encode.js'
import type { AnyNewLink, Link } from '../api/link/types.js'
import { change, type Operation } from '../api/run/operation.js'
import type { Entry } from './desired.js'
import { whileDown } from './link-change-draft.js'
import { downPorts, isCreatable } from './link-facts.js'
import { additionsOfLink } from './link-restoration.js'
import { lossesOfDeletion } from './losses.js'
import { creationOf } from './planned-link.js'
import { changesOfNew, type Draft, PHASE, type Planning } from './planning.js'
import { restorationOfQdiscs } from './qdisc-plan.js'
import type { Snapshot } from './snapshot.js'
import { deletionsOf } from './undo.js'

/** Adds the step that creates a link. */
export function draftOfNewLink(planning: Planning, { path }: Entry, spec: AnyNewLink): Draft {
  const creation = creationOf(spec)
  return planning.add({
    ...{ object: 'link', key: spec.name, verb: 'add', phase: PHASE.addLink, undo: 'exact', path },
    links: [spec.name, ...(spec.peer?.name === undefined ? [] : [spec.peer.name])],
    changes: changesOfNew({ ...creation }, ['name']),
    needs: new Set(),
    run: () => createLink(creation),
    // biome-ignore lint/correctness/useYield: those of other steps need requests
    *reversal() {
      return deletionsOf({
        name: 'RTM_NEWLINK',
        value: { attrs: { ifname: spec.name, linkinfo: { kind: spec.kind } } },
      })
    },
  })
}

/** Deletes a link. Ports that the kernel sets down with it are set up again. */
function deletion(snapshot: Snapshot, { index, kind }: Link): Operation<unknown> {
  const ports = downPorts.has(kind ?? '') ? snapshot.links.filter(({ master, up }) => master === index && up) : []
  return ports.reduce<Operation<unknown>>(
    (update, port) => whileDown(snapshot, port, update),
    change('RTM_DELLINK', { index }),
  )
}

/** Adds the step that removes a link. */
export function draftOfRemoval(planning: Planning, { path }: Entry, link: Link, isRecreated: boolean): Draft {
  const { snapshot } = planning
  const peer = isPair(link.kind) && link.linkNetnsid === undefined ? snapshot.indexed(link.link ?? 0) : undefined
  planning.removed.set(link, 'link')
  return planning.add({
    ...{ object: 'link', key: link.name, verb: 'remove', changes: [], path, needs: new Set<Draft>(), links: [] },
    phase: isRecreated ? PHASE.recreate : PHASE.removeLink,
    undo: isCreatable(link.kind) ? 'lossy' : 'none',
    disrupts: `its addresses, routes, counters and sockets${peer === undefined ? '' : `, and its other end ${peer.name}`}`,
    run: () => deletion(snapshot, link),
    *reversal() {
      if (!isCreatable(link.kind)) return []
      const losses = yield* lossesOfDeletion(snapshot, link)
      return [
        ...(yield* additionsOfLink(link, peer)),
        ...losses,
        ...(yield* restorationOfQdiscs(planning, link)),
        ...(peer === undefined ? [] : yield* lossesOfDeletion(snapshot, peer)),
        ...(peer === undefined ? [] : yield* restorationOfQdiscs(planning, peer)),
      ]
    },
  })
}
