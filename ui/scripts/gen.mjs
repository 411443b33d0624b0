// Writes the page's types from the server's own descriptions: server/openapi.json and docs/report.schema.json.
// The output depends on those two files alone; CI runs this again and fails on a difference.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)
const out = new URL('../src/api/', import.meta.url)
const read = (path) => JSON.parse(readFileSync(new URL(path, root), 'utf8'))
const pascal = (name) => name.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, __, c) => c.toUpperCase())
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))
const note = (text, indent) => (text ? `${indent}/** ${text.replace(/\s+/g, ' ').replaceAll('*/', '*\\/')} */\n` : '')
const unique = (list) => [...new Set(list)]

/** The TypeScript type of a JSON Schema. Throws on what it does not know, so that no part of a contract is dropped silently. */
function type(schema, indent = '') {
  if (schema === true || schema === undefined) return 'unknown'
  if (schema.$ref) return pascal(schema.$ref.split('/').pop())
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(' | ')
  const many = schema.anyOf ?? schema.oneOf
  if (many && !schema.properties) return unique(many.map((s) => type(s, indent))).join(' | ')
  if (schema.allOf) return schema.allOf.map((s) => type(s, indent)).join(' & ')
  const kinds = [schema.type ?? (schema.properties ? 'object' : undefined)].flat()
  return unique(kinds.map((kind) => plain(kind, schema, indent))).join(' | ')
}

function plain(kind, schema, indent) {
  switch (kind) {
    case 'string':
    case 'boolean':
    case 'null':
      return kind
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      if (schema.prefixItems) return `[${schema.prefixItems.map((s) => type(s, indent)).join(', ')}]`
      return `Array<${type(schema.items, indent)}>`
    case 'object':
      return object(schema, indent)
    case undefined:
      return 'unknown'
    default:
      throw new Error(`gen: no TypeScript for ${JSON.stringify(schema)}`)
  }
}

function object(schema, indent) {
  const names = Object.keys(schema.properties ?? {})
  const rest = schema.additionalProperties
  const values = Object.values(schema.patternProperties ?? {})
  if (rest && typeof rest === 'object') values.push(rest)
  if (names.length === 0) {
    return values.length > 0 ? `Record<string, ${unique(values.map((s) => type(s, indent))).join(' | ')}>` : 'Record<string, unknown>'
  }
  const required = new Set(schema.required ?? [])
  const inner = indent + '  '
  const lines = names.map((name) => {
    const s = schema.properties[name]
    return `${note(s.description, inner)}${inner}${key(name)}${required.has(name) ? '' : '?'}: ${type(s, inner)}\n`
  })
  return `{\n${lines.join('')}${indent}}`
}

const declare = (name, schema) => `${note(schema.description, '')}export type ${pascal(name)} = ${type(schema)}\n`

function api(doc) {
  const parameter = (p) => (p.$ref ? doc.components.parameters[p.$ref.split('/').pop()] : p)
  const routes = []
  for (const [path, methods] of Object.entries(doc.paths)) {
    for (const [method, op] of Object.entries(methods)) {
      if (!op.responses) continue
      const parameters = (op.parameters ?? []).map(parameter)
      const fields = (place) =>
        parameters.filter((p) => p.in === place).map((p) => `${key(p.name)}${p.required ? '' : '?'}: ${type(p.schema)}`).join('; ')
      const body = op.requestBody?.content?.['application/json']?.schema
      const good = Object.entries(op.responses).find(([status]) => status.startsWith('2'))
      const answer = good?.[1].content?.['application/json']?.schema
      routes.push(
        `  '${method.toUpperCase()} ${path}': {\n` +
          `    path: { ${fields('path')} }\n    query: { ${fields('query')} }\n` +
          `    body: ${body ? type(body, '    ') : 'undefined'}\n    answer: ${answer ? type(answer, '    ') : 'undefined'}\n  }\n`,
      )
    }
  }
  const types = Object.entries(doc.components.schemas).filter(([name]) => name !== 'Report').map(([name, s]) => declare(name, s))
  return `import type { Report } from './report.gen.ts'\n\n${types.join('\n')}\nexport interface Routes {\n${routes.join('')}}\n`
}

function report(schema) {
  const types = Object.entries(schema.$defs ?? {}).map(([name, s]) => declare(name, s))
  return [declare('Report', schema), ...types].join('\n')
}

const head = (from) => `// Generated from ${from} by \`npm run gen\`. Do not edit.\n\n`
writeFileSync(new URL('api.gen.ts', out), head('server/openapi.json') + api(read('server/openapi.json')))

writeFileSync(new URL('report.gen.ts', out), head('docs/report.schema.json') + report(read('docs/report.schema.json')))
console.log(`wrote types to ${fileURLToPath(out)}`)
