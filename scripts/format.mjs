import { install } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { runTool } from './lib/repo.mjs'

readCommand({ name: 'run format', description: 'Formats all files, and applies the safe fixes of the lint rules.' })

process.exitCode = install() && runTool('biome', ['check', '--write', '.']) ? 0 : 1
