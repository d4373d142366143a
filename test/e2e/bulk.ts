import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'

export const MiB = 2 ** 20

/** Random data that the guest gets first, and then sends again and again. */
const block = randomBytes(16 * MiB)
const size = 256 * MiB
const rounds = size / block.length

/** Data of one direction, in pieces. Each piece begins with its number, so none can replace another. */
function* pieces(): Generator<Buffer> {
  for (let round = 0; round < rounds; round++) {
    yield Buffer.from(`${round}\n`)
    yield block
  }
}

function expected(): string {
  const hash = createHash('md5')
  for (const piece of pieces()) hash.update(piece)
  return hash.digest('hex')
}

/** Checksum of all data of one direction. */
export const checksum: string = expected()

/** Shell that sends the data from `/block` to a port of the host. */
export const sendAll = (address: string, port: number): string =>
  `i=0; while [ $i -lt ${rounds} ]; do echo $i; cat /block; i=$((i+1)); done | nc ${address} ${port}`

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '::')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Servers on the host: `/block` and `/all` over HTTP, and a port that receives. */
export class Bulk {
  readonly #http = createHttpServer(async (request, response) => {
    for (const piece of request.url === '/all' ? pieces() : [block])
      if (!response.write(piece)) await once(response, 'drain')
    response.end()
  })
  readonly #receiver = createServer((socket) => {
    const hash = createHash('md5')
    socket.on('data', (chunk) => hash.update(chunk))
    socket.on('end', () => {
      this.received = hash.digest('hex')
      socket.end('done\n')
    })
    socket.on('error', () => {})
  })
  /** Checksum of the data that was received last. */
  received: string | undefined

  async start(): Promise<{ http: number; receiver: number }> {
    return { http: await listening(this.#http), receiver: await listening(this.#receiver) }
  }

  close(): void {
    this.#http.close()
    this.#receiver.close()
  }
}
