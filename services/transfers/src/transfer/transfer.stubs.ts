import { Access } from '@xueji/platform';
import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** A pupil, owned by registry; this service adds the transfers. */
@Access.authenticated()
@Directive('@key(fields: "id")')
@ObjectType()
export class Student {
  @Field(() => ID) id: string;
}

/** Owned by school-codes. */
@Access.authenticated()
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType()
export class School {
  @Field(() => ID) id: string;
}

/** Owned by school-codes. */
@Access.authenticated()
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType()
export class Organization {
  @Field(() => ID) id: string;
}

/** Owned by registry. */
@Access.authenticated()
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType()
export class ClassSection {
  @Field(() => ID) id: string;
}

export const stubOf = <T extends { id: string }>(stub: new () => T, id: string): T => Object.assign(new stub(), { id });
