import {
  getNamedType, getNullableType, isAbstractType, isCompositeType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType,
  type GraphQLArgument, type GraphQLCompositeType, type GraphQLField, type GraphQLInputType, type GraphQLSchema,
} from 'graphql';

export interface GeneratedOperation {
  text: string;
  variables: Record<string, unknown>;
}

export interface Shape {
  depth: number;
  /** fields of one selection, at most */
  width: number;
}

/** Numbers from 0 to 1 that a seed decides. */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes up operations that a schema allows, with fragments, aliases, conditions and variables. Some are not valid: fields may conflict. */
export class OperationMaker {
  private next: () => number;
  private definitions: string[] = [];
  private variables: Record<string, unknown> = {};
  private fragments: string[] = [];
  private aliases = 0;

  constructor(private readonly schema: GraphQLSchema, seed: number) {
    this.next = sequence(seed);
  }

  make(shape: Shape): GeneratedOperation {
    this.definitions = [];
    this.variables = {};
    this.fragments = [];
    const isMutation = this.chance(0.08) && this.schema.getMutationType();
    const root = isMutation ? this.schema.getMutationType()! : this.schema.getQueryType()!;
    const selection = this.selection(root, shape.depth, isMutation ? 2 : Math.max(2, shape.width >> 1));
    const definitions = this.definitions.length > 0 ? `(${this.definitions.join(', ')})` : '';
    return { text: `${isMutation ? 'mutation' : 'query'} Made${definitions} ${selection} ${this.fragments.join(' ')}`, variables: this.variables };
  }

  private chance(part: number): boolean {
    return this.next() < part;
  }

  private below(count: number): number {
    return Math.floor(this.next() * count);
  }

  private selection(type: GraphQLCompositeType, depth: number, width: number): string {
    const parts: string[] = [];
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const usable = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    for (let count = 1 + this.below(width); count > 0 && usable.length > 0; count -= 1) parts.push(this.field(usable[this.below(usable.length)]!, depth, width));
    if (this.chance(0.2)) parts.push(`${this.chance(0.3) ? `t${this.below(2)}: ` : ''}__typename`);
    const others = isAbstractType(type) ? [...this.schema.getPossibleTypes(type), ...(isInterfaceType(type) ? this.schema.getImplementations(type).interfaces : [])] : isObjectType(type) ? [type, ...type.getInterfaces()] : [];
    if (depth > 0 && this.chance(isAbstractType(type) ? 0.8 : 0.15)) {
      for (let count = 1 + this.below(2); count > 0; count -= 1) {
        const condition = others[this.below(others.length)] ?? type;
        const inner = this.selection(condition, depth - 1, width);
        if (this.chance(0.3)) {
          this.fragments.push(`fragment F${this.fragments.length} on ${condition.name} ${inner}`);
          parts.push(`...F${this.fragments.length - 1}${this.condition()}`);
        } else parts.push(`...${this.chance(0.85) || condition !== type ? ` on ${condition.name}` : ''}${this.condition()} ${inner}`);
      }
    }
    if (parts.length === 0) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number, width: number): string {
    const type = getNamedType(field.type);
    const given = field.args.filter((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined ? true : this.chance(0.4)).map((arg) => `${arg.name}: ${this.argument(arg)}`);
    const needsAlias = given.length > 0 || this.chance(0.15);
    this.aliases += 1;
    return `${needsAlias ? `a${this.aliases % 40}: ` : ''}${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${this.condition()}${isCompositeType(type) ? ` ${this.selection(type, depth - 1, width)}` : ''}`;
  }

  private argument({ type }: GraphQLArgument): string {
    // Now and then as a literal.
    if (this.chance(0.15)) return this.literal(type);
    const name = `v${this.definitions.length}`;
    const withDefault = !isNonNullType(type) && this.chance(0.2);
    this.definitions.push(`$${name}: ${String(type)}${withDefault ? ` = ${this.literal(type)}` : ''}`);
    if (isNonNullType(type) || this.chance(0.75)) this.variables[name] = this.value(type, 0);
    return `$${name}`;
  }

  private condition(): string {
    if (!this.chance(0.08)) return '';
    const kind = this.chance(0.5) ? 'skip' : 'include';
    if (this.chance(0.25)) return ` @${kind}(if: ${this.chance(0.5)})`;
    const name = `c${this.below(3)}`;
    if (!this.definitions.some((definition) => definition.startsWith(`$${name}:`))) {
      const withDefault = this.chance(0.4);
      this.definitions.push(`$${name}: Boolean${withDefault ? ` = ${this.chance(0.5)}` : '!'}`);
      if (!withDefault || this.chance(0.5)) this.variables[name] = this.chance(0.5);
    }
    return ` @${kind}(if: $${name})`;
  }

  private literal(type: GraphQLInputType): string {
    const write = (value: unknown, wanted: GraphQLInputType): string => {
      const nullable = getNullableType(wanted);
      if (value === null) return 'null';
      if (isListType(nullable)) return `[${(value as unknown[]).map((each) => write(each, nullable.ofType)).join(', ')}]`;
      if (isEnumType(nullable)) return String(value);
      if (isInputObjectType(nullable)) {
        const fields = nullable.getFields();
        return `{ ${Object.entries(value as object).map(([key, each]) => `${key}: ${write(each, fields[key]!.type)}`).join(', ')} }`;
      }
      return JSON.stringify(value);
    };
    return write(this.value(type, 0), type);
  }

  private value(type: GraphQLInputType, depth: number): unknown {
    if (!isNonNullType(type) && this.chance(depth > 1 ? 0.8 : 0.15)) return null;
    const wanted = getNullableType(type);
    if (isListType(wanted)) return Array.from({ length: this.below(3) }, () => this.value(wanted.ofType, depth + 1));
    if (isEnumType(wanted)) return wanted.getValues()[this.below(wanted.getValues().length)]!.name;
    if (isInputObjectType(wanted)) {
      const fields = Object.values(wanted.getFields()).filter((field) => isNonNullType(field.type) || this.chance(0.3));
      return Object.fromEntries(fields.map((field) => [field.name, this.value(field.type, depth + 1)]));
    }
    switch (wanted.name) {
      case 'Int': return this.below(100);
      case 'Float': return this.below(1000) / 4;
      case 'Boolean': return this.chance(0.5);
      case 'ID': return `i-${this.below(9)}`;
      default: return ['某某', 'text', 'a"b', '2026-09-01'][this.below(4)];
    }
  }
}
