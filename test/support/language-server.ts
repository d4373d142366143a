import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A position in a file: zero-based line and column, as in the Language Server Protocol. */
export interface Position {
  readonly line: number
  readonly character: number
}

/** The answers of an editor's server about an identifier. */
export interface Editor {
  /** Returns the hover text: signature and documentation. */
  hover(position: Position): Promise<string>
  /** Returns the file and the zero-based line of the definition. */
  definition(position: Position): Promise<{ readonly file: string; readonly line: number }>
  close(): void
}

type Message = Readonly<Record<string, unknown>>

/** Reads messages with Content-Length headers, which tsserver and language servers write. */
function readMessages(server: ChildProcessWithoutNullStreams, take: (message: Message) => void): void {
  let buffer = Buffer.alloc(0)
  server.stdout.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      const header = /Content-Length: (\d+)[\s\S]*?\r\n\r\n/.exec(buffer.toString('latin1'))
      if (!header) return
      const start = header.index + header[0].length
      const end = start + Number(header[1])
      if (buffer.length < end) return
      take(JSON.parse(buffer.toString('utf8', start, end)))
      buffer = buffer.subarray(end)
    }
  })
}

/** Keeps the requests in flight by their number. */
class Requests {
  readonly #waiting = new Map<unknown, (message: Message) => void>()
  #last = 0

  constructor(server: ChildProcessWithoutNullStreams) {
    server.on('exit', (code) => this.#fail(`the server ended with ${code}`))
  }

  next(): { readonly id: number; readonly answer: Promise<Message> } {
    const id = ++this.#last
    return { id, answer: new Promise((resolve) => this.#waiting.set(id, resolve)) }
  }

  resolve(id: unknown, message: Message): void {
    this.#waiting.get(id)?.(message)
    this.#waiting.delete(id)
  }

  #fail(reason: string): void {
    for (const [id] of this.#waiting) this.resolve(id, { error: reason })
  }
}

/** Starts tsserver, TypeScript's server up to version 6. */
export async function startTsserver(script: string, file: string, text: string): Promise<Editor> {
  const server = spawn(process.execPath, [script, '--disableAutomaticTypingAcquisition'])
  const requests = new Requests(server)
  readMessages(server, (message) => requests.resolve(message.request_seq, message))
  const send = async (command: string, args: object): Promise<unknown> => {
    const { id, answer } = requests.next()
    server.stdin.write(`${JSON.stringify({ seq: id, type: 'request', command, arguments: args })}\n`)
    return (await answer).body
  }
  // tsserver does not answer `open`.
  send('open', { file, fileContent: text })
  const at = ({ line, character }: Position) => ({ file, line: line + 1, offset: character + 1 })
  return {
    async hover(position) {
      const info = (await send('quickinfo', at(position))) as
        | { displayString: string; documentation: string }
        | undefined
      return info ? `${info.displayString}\n${info.documentation}` : ''
    },
    async definition(position) {
      const [found] = (await send('definition', at(position))) as { file: string; start: { line: number } }[]
      return { file: found?.file ?? '', line: (found?.start.line ?? 0) - 1 }
    },
    close: () => server.kill(),
  }
}

/** Starts a server of the Language Server Protocol. */
export async function startLanguageServer(
  command: string,
  args: string[],
  file: string,
  text: string,
): Promise<Editor> {
  const server = spawn(command, args)
  const requests = new Requests(server)
  const write = (message: object) => {
    const json = JSON.stringify({ jsonrpc: '2.0', ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`)
  }
  readMessages(server, (message) => {
    if (message.method === undefined) requests.resolve(message.id, message)
    // The server requests its configuration, and waits for the answer.
    else if (message.id !== undefined)
      write({ id: message.id, result: message.method === 'workspace/configuration' ? [null] : null })
  })
  const send = async (method: string, params: object): Promise<unknown> => {
    const { id, answer } = requests.next()
    write({ id, method, params })
    return (await answer).result
  }
  const uri = `file://${file}`
  await send('initialize', { processId: process.pid, rootUri: null, capabilities: {} })
  write({ method: 'initialized', params: {} })
  write({
    method: 'textDocument/didOpen',
    params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
  })
  const at = (position: Position) => ({ textDocument: { uri }, position })
  return {
    async hover(position) {
      const found = (await send('textDocument/hover', at(position))) as { contents: unknown } | null
      return JSON.stringify(found?.contents ?? '')
    },
    async definition(position) {
      const found = (await send('textDocument/definition', at(position))) as Location | Location[] | null
      const [first] = Array.isArray(found) ? found : [found]
      return { file: fileURLToPath(first?.uri ?? 'file:///'), line: first?.range.start.line ?? -1 }
    },
    close: () => server.kill(),
  }
}

interface Location {
  readonly uri: string
  readonly range: { readonly start: Position }
}
