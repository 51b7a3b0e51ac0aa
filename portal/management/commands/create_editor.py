from getpass import getpass

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal import editors


class Command(BaseCommand):
    """Create an editor's account: may use the admin for content, not for accounts. Asks for everything it needs."""

    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--group", choices=editors.names(), default=editors.NAME,
            help="What they may do: %(choices)s. Without it: %(default)s.",
        )  # fmt: skip

    def handle(self, *args, group, **options):
        try:
            self._create(group)
        except (KeyboardInterrupt, EOFError):
            raise CommandError("Nothing was created.") from None

    def _create(self, group):
        User = get_user_model()
        email = input("E-mail address: ").strip().lower()
        if User.objects.filter(email__iexact=email).exists():
            raise CommandError(f"{email} has an account already.")
        user = User(email=email, is_staff=True)
        try:
            user.full_clean(exclude=["password"])
            password = getpass("Password (12 characters or more, not shown): ")
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if getpass("The same password again: ") != password:
            raise CommandError("The two passwords differ. Nothing was created.")
        user.set_password(password)
        with transaction.atomic():
            user.save()
            user.groups.add(editors.group(group))
            # Whoever runs this knows them, so the address needs no letter to be confirmed.
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        self.stdout.write(f"{email} can now sign in at /admin/, with the rights of {group}.")
