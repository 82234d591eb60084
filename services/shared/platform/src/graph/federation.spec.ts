import 'reflect-metadata';
import DataLoader from 'dataloader';
import { graphql, parse } from 'graphql';
import { Arg, Ctx, Directive, Field, FieldResolver, ID, InputType, Int, InterfaceType, Mutation, ObjectType, Query, registerEnumType, Resolver, Root, type ClassType } from 'type-graphql';
import { Access } from './access';
import { rulesOf } from './access-rules';
import { buildFederatedSchema, stubs, type GraphContext } from './federation';

enum Sex { FEMALE = '2', MALE = '1' }
registerEnumType(Sex, { name: 'Sex' });

@InterfaceType()
abstract class Named {
  @Field(() => String)
  name: string;
}

@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType({ implements: Named })
class Pupil implements Named {
  @Field(() => ID)
  id: string;

  name: string;

  @Field(() => Sex)
  sex: Sex;

  @Access.scopes(['pupil.read', 'identity.read'], 'bureau.approve')
  @Field(() => String)
  idNumber: string;

  schoolId: string;
}

@Access.public()
@Directive('@key(fields: "id")')
@ObjectType()
class School {
  @Field(() => ID)
  id: string;

  @Directive('@external')
  @Field(() => Int, { nullable: true })
  capacity: number | null;
}

@Access.public()
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType()
class Division {
  @Field(() => ID)
  id: string;
}

function Connection<T extends object>(Node: ClassType<T>) {
  @Access.authenticated()
  @ObjectType()
  abstract class ConnectionOf {
    @Field(() => [Node])
    nodes: T[];
  }
  return ConnectionOf;
}

@ObjectType()
class PupilConnection extends Connection(Pupil) {
  @Access.scopes('statistics.read')
  @Field(() => Int)
  total: number;
}

@InputType()
class RenameInput {
  @Field(() => ID)
  id: string;
  @Directive('@tag(name: "personal")')
  @Field(() => String)
  name: string;
}

@Access.authenticated()
@Resolver(() => Pupil)
class PupilResolver {
  @Query(() => PupilConnection)
  pupils(): PupilConnection {
    return Object.assign(new PupilConnection(), { nodes: [pupil('1')], total: 1 });
  }

  @Access.public()
  @Query(() => Int)
  pupilCount(): number {
    return 1;
  }

  @Mutation(() => Pupil)
  renamePupil(@Arg('input', () => RenameInput) input: RenameInput): Pupil {
    return Object.assign(pupil(input.id), { name: input.name });
  }

  @FieldResolver(() => Division)
  division(@Root() root: Pupil): Division {
    return Object.assign(new Division(), { id: root.schoolId.slice(0, 2) });
  }
}

@Resolver(() => School)
class SchoolResolver {
  @Directive('@requires(fields: "capacity")')
  @Access.authenticated()
  @FieldResolver(() => Int)
  freeSeats(@Root() school: School, @Ctx() { actor }: GraphContext): number {
    return (school.capacity ?? 0) - (actor ? 1 : 0);
  }
}

const pupil = (id: string) => Object.assign(new Pupil(), { id, name: '示例', sex: Sex.FEMALE, idNumber: '999901201503070018', schoolId: '61-1' });
const calls: (readonly string[])[] = [];
const build = () => buildFederatedSchema({
  resolvers: [PupilResolver, SchoolResolver],
  orphanedTypes: [School],
  references: {
    School: stubs(School),
    Pupil: async (ids) => {
      calls.push(ids);
      return ids.map((id) => (id === 'hidden' ? null : pupil(id)));
    },
  },
  extraDirectives: { Sex: '@tag(name: "personal")', 'Sex.MALE': '@inaccessible' },
});
const context = (): GraphContext => ({ actor: null, locale: 'zh', loaders: new Map<string, DataLoader<unknown, unknown>>() });

describe('the printed subgraph', () => {
  const { sdl } = build();
  const rule = (field: string) => rulesOf(parse(sdl)).get(field);

  it('states a rule on every field, taking the class rule where the field has none', () => {
    expect(rule('Pupil.id')).toEqual({ kind: 'authenticated' });
    expect(rule('Pupil.name')).toEqual({ kind: 'authenticated' });
    expect(rule('Pupil.idNumber')).toEqual({ kind: 'scopes', anyOf: [['pupil.read', 'identity.read'], ['bureau.approve']] });
    expect(rule('Division.id')).toEqual({ kind: 'public' });
  });

  it('takes the rule of the resolver class for queries and mutations, and of the object type for its field resolvers', () => {
    expect(rule('Query.pupils')).toEqual({ kind: 'authenticated' });
    expect(rule('Query.pupilCount')).toEqual({ kind: 'public' });
    expect(rule('Mutation.renamePupil')).toEqual({ kind: 'authenticated' });
    expect(rule('Pupil.division')).toEqual({ kind: 'authenticated' });
    expect(rule('School.freeSeats')).toEqual({ kind: 'authenticated' });
  });

  it('takes the rule of a generic base class for the fields of each type made from it', () => {
    expect(rule('PupilConnection.nodes')).toEqual({ kind: 'authenticated' });
    expect(rule('PupilConnection.total')).toEqual({ kind: 'scopes', anyOf: [['statistics.read']] });
  });

  it('keeps the directives of types, fields, input fields, enums and enum values', () => {
    expect(sdl).toContain('type Pupil implements Named @key(fields: "id")');
    expect(sdl).toContain('type Division @key(fields: "id", resolvable: false)');
    expect(sdl).toContain('freeSeats: Int! @requires(fields: "capacity") @authenticated');
    expect(sdl).toContain('name: String! @tag(name: "personal")');
    expect(sdl).toContain('enum Sex @tag(name: "personal")');
    expect(sdl).toContain('MALE @inaccessible');
  });

  it('is the same text each time it is built', () => {
    expect(build().sdl).toBe(sdl);
  });
});

describe('references', () => {
  const { schema } = build();
  const resolve = (representations: object[], selection: string) => graphql({
    schema, contextValue: context(), source: `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`, variableValues: { r: representations },
  });

  it('are loaded in one batch per request, null where the loader gives none', async () => {
    calls.length = 0;
    const { data } = await resolve(['1', 'hidden', '2', '1'].map((id) => ({ __typename: 'Pupil', id })), '... on Pupil { id sex division { id } }');
    expect(calls).toEqual([['1', 'hidden', '2']]);
    expect(data?._entities).toEqual([
      { id: '1', sex: 'FEMALE', division: { id: '61' } }, null, { id: '2', sex: 'FEMALE', division: { id: '61' } }, { id: '1', sex: 'FEMALE', division: { id: '61' } },
    ]);
  });

  it('carry the fields another subgraph computed, and only those declared external', async () => {
    const { data } = await resolve([{ __typename: 'School', id: 's-1', capacity: 40 }], '... on School { id freeSeats }');
    expect(data?._entities).toEqual([{ id: 's-1', freeSeats: 40 }]);
    const changed = await resolve([{ __typename: 'Pupil', id: '1', idNumber: 'forged' }], '... on Pupil { idNumber }');
    expect(changed.data?._entities).toEqual([{ idNumber: '999901201503070018' }]);
  });

  it('without a usable id give nothing', async () => {
    const { data } = await resolve([{ __typename: 'Pupil' }, { __typename: 'Pupil', id: { $ne: null } }], '... on Pupil { id }');
    expect(data?._entities).toEqual([null, null]);
  });
});

describe('a wrong subgraph does not build', () => {
  it('names every field without an access rule', () => {
    @ObjectType()
    class Bare {
      @Field(() => String)
      one: string;
      @Access.public()
      @Field(() => String)
      two: string;
    }
    @Resolver()
    class BareResolver {
      @Query(() => Bare)
      bare(): Bare {
        return new Bare();
      }
    }
    expect(() => buildFederatedSchema({ resolvers: [BareResolver] })).toThrow(/Bare\.one has no access rule\n {2}Query\.bare has no access rule/);
    expect(() => buildFederatedSchema({ resolvers: [BareResolver] })).not.toThrow(/Bare\.two/);
  });

  it('when a field has two different rules', () => {
    @Access.public()
    @ObjectType()
    class Twice {
      @Access.authenticated()
      @Field(() => String)
      secret: string;
    }
    @Resolver(() => Twice)
    class TwiceResolver {
      @Access.public()
      @Query(() => Twice)
      twice(): Twice {
        return new Twice();
      }
      @Access.public()
      @FieldResolver(() => String)
      secret(): string {
        return '';
      }
    }
    expect(() => buildFederatedSchema({ resolvers: [TwiceResolver] })).toThrow('Twice.secret has two access rules');
  });

  it('when an entity has no loader, or a loader no entity', () => {
    expect(() => buildFederatedSchema({ resolvers: [SchoolResolver], orphanedTypes: [School] })).toThrow('School has a key but no reference loader');
    expect(() => buildFederatedSchema({ resolvers: [PupilResolver], references: { Pupil: async () => [], Ghost: async () => [] } })).toThrow('Ghost has a reference loader but no key');
  });

  it('when the key of an entity is harder to read than its other fields', () => {
    @Directive('@key(fields: "id")')
    @ObjectType()
    class Hidden {
      @Access.authenticated()
      @Field(() => ID)
      id: string;
      @Access.public()
      @Field(() => String)
      name: string;
    }
    @Resolver()
    class HiddenResolver {
      @Access.public()
      @Query(() => Hidden)
      hidden(): Hidden {
        return new Hidden();
      }
    }
    expect(() => buildFederatedSchema({ resolvers: [HiddenResolver], references: { Hidden: async () => [] } })).toThrow('ENTITY_KEY_HIDDEN');
  });
});
