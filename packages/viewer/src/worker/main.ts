import { ViewerError } from '../error.js'
import type { Answer, CallName, Calls, Request } from '../protocol.js'
import { jsonOf } from './json.js'
import { unpackedRow } from './rows.js'
import { filterProblem } from './selection.js'
import { Session } from './session.js'
import { captureOfLink, sharedLink } from './sharing.js'

/** The worker: holds the capture, decodes it, and answers the page. */

/** The functions of the worker. They return their results now or later. */
type Handlers = {
  readonly [N in CallName]: (...args: Parameters<Calls[N]>) => ReturnType<Calls[N]> | Promise<ReturnType<Calls[N]>>
}

const send = (answer: Answer) => self.postMessage(answer)

let session: Session | undefined

/** @throws {ViewerError} if no capture is open */
function opened(): Session {
  if (session === undefined) throw new ViewerError('expected an open capture, got none')
  return session
}

function start(name: string, file: Uint8Array): undefined {
  session?.close()
  session = new Session(name, file, (progress) => send({ progress }))
  void session.run()
  return undefined
}

/** @throws {ViewerError} if the browser cannot read the file, e.g. because it is a folder */
async function bytesOf(file: Blob, name: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch (error) {
    const reason = (error as Error).message
    throw new ViewerError(`expected a file, got ${JSON.stringify(name)}, which the browser cannot read: ${reason}`)
  }
}

const handlers: Handlers = {
  async open(file, name) {
    return start(name, await bytesOf(file, name))
  },
  async openShared(hash) {
    return start('shared capture', await captureOfLink(hash))
  },
  filter(text) {
    try {
      opened().filter(text)
      return {}
    } catch (error) {
      return { error: filterProblem(error) }
    }
  },
  rows(from, to) {
    const { index, selection } = opened()
    const end = Math.min(to, selection.count)
    return Array.from({ length: Math.max(0, end - from) }, (_, position) => {
      const number = selection.at(from + position)
      const conversation = index.conversation(number)
      if (conversation === undefined) throw new ViewerError(`expected a conversation at ${from + position}, got none`)
      return unpackedRow(index.row(number), conversation, index.sizeOf(number))
    })
  },
  position: (conversation) => opened().selection.positionOf(conversation),
  messages: (conversation, from, to) => opened().views.rows(conversation, from, to),
  message: (number, secrets) => opened().views.view(number, secrets),
  refused: (after, step) => opened().problems.refused(after, step),
  problems: (from, to) => opened().problems.list(from, to),
  moment: (index) => opened().moments.at(index),
  json: (secrets) => jsonOf(opened().index, secrets),
  share: (secrets) => sharedLink(opened().index, secrets),
}

async function answer({ id, name, args }: Request): Promise<void> {
  try {
    const handler = handlers[name] as (...args: readonly unknown[]) => unknown
    send({ id, result: await handler(...args) })
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) })
  }
}

self.onmessage = ({ data }: MessageEvent<Request>) => void answer(data)
