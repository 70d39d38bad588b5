create function curated.no_vig_prob(
    implied_prob numeric, overround numeric, method text default 'multiplicative'
)
returns numeric
language plpgsql immutable parallel safe
as $$
declare
    own double precision := implied_prob;
    other double precision := overround - implied_prob;
    fair double precision;
    exponent double precision := 1;
    step double precision;
begin
    if method not in ('multiplicative', 'additive', 'shin', 'odds_ratio', 'power') then
        raise exception 'no method % takes the margin out: multiplicative, additive, shin, odds_ratio or power', method;
    end if;
    if own is null or other is null or own <= 0 or own >= 1 or other <= 0 or other >= 1 then
        return null;
    end if;
    case method
        when 'multiplicative' then
            fair := own / (own + other);
        when 'odds_ratio' then
            fair := sqrt(own / (1 - own) / (other / (1 - other)));
            fair := fair / (1 + fair);
        when 'power' then
            -- Newton: the sum of the powers falls and is convex in the exponent
            for _ in 1..200 loop
                step := (own ^ exponent + other ^ exponent - 1)
                / (own ^ exponent * ln(own) + other ^ exponent * ln(other));
                exponent := exponent - step;
                exit when abs(step) <= 1e-15 * abs(exponent);
            end loop;
            fair := own ^ exponent;
        else
            -- with two outcomes Shin's probabilities are the additive ones
            fair := (1 + own - other) / 2;
    end case;
    return case when fair > 0 and fair < 1 then fair::numeric end;
end
$$;

comment on function curated.no_vig_prob is
'One probability (0 to 1) without margin of one side of a two-way market, from the columns implied_prob and overround of
 its row. Methods: multiplicative (what the columns no_vig_prob hold), additive, shin, odds_ratio, power. Null where a
 price is none or the method leaves the range of probabilities.';
